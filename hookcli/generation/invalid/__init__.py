"""Every constraint broken once, one violation a payload."""
