"""Seat demand, supply, gap and the outputs that carry them."""
