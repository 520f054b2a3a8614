"""Time-series and regression models of births, migration and enrolment."""
