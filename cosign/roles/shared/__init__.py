"""Steps that several roles share: sealing cosignatures, counting members."""
