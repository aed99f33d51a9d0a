"""What a caller asks for: a `Signer` and what it makes, one URL, a batch, headers.

In flow the words of a call, out flow URLs. This folder knows neither what OSS wants signed, which
the rules say, nor how it is hashed, which is the engine's.
"""
