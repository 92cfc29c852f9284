"""Tests of the reports: one module for each form."""
