"""The other side: reads a signed request as OSS would, and grants or refuses it.

In flows a request as it was received, out flows what it grants, or the refusal. It is built on the
standard library alone and must not know the rules and engines that it judges.
"""
