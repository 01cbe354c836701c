"""Vectors shared by the two implementations of the protocol: each reads what the other wrote.

``inputs`` holds what both are asked, ``from-python`` and ``from-typescript`` what each made of it, and of
what it alone can make. A vector names an operation (``do``), its input (``in``) and either its output
(``out``) or the class of the core's error (``error``). ``python -m tests.vectors`` and ``npm run vectors``
write them.
"""
