"""Masks: what a person may see of a value without learning it."""

import re


def mask_name(forename: str, surname: str) -> str:
    """Amelia Thompson is "A… T…"."""
    return " ".join(f"{part.strip()[0].upper()}…" for part in (forename, surname) if part.strip())


def mask_email(address: str) -> str:
    """sarahgreen84@gmail.com, in its one written form, is "s…4@g….com"."""
    local, _, domain = address.rpartition("@")
    host, dot, top = domain.partition(".")
    shown = f"{local[:1]}…{local[-1:]}" if len(local) > 2 else f"{local[:1]}…"
    return f"{shown}@{host[:1]}…{dot}{top}"


def mask_number(value: str) -> str:
    """N999000123001 is "N…1"; a short number shows nothing but that it is one."""
    plain = re.sub(r"[\s./-]", "", value)
    return f"{plain[:1]}…{plain[-1:]}" if len(plain) > 5 else "…"
