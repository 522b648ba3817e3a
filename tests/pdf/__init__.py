"""Tests of finished PDFs, whatever wrote them."""
