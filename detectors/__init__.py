"""Bytes and a directory snapshot go in, findings come out: no network, no Django, no settings, no decision."""
