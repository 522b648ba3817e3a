"""Tests of the gates that every finished PDF passes."""
