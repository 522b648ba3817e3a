"""Tests of many builds: tasks, processes, a cluster."""
