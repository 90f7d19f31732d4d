"""Words for what someone is to an organisation, in English and Romanian; used only beside names."""

from __future__ import annotations

import re

_ROLES = (
    r"director|manager|owner|co-owner|proprietor|partner|chair|chairman|chairwoman|chairperson|secretary|treasurer|"
    r"president|vice[- ]president|officer|chief|head|supervisor|foreman|agent|broker|clerk|porter|receptionist|cleaner|"
    r"housekeeper|driver|nurse|doctor|solicitor|lawyer|attorney|counsel|accountant|bookkeeper|engineer|consultant|"
    r"adviser|advisor|assistant|administrator|coordinator|co-ordinator|representative|founder|co-founder|ceo|cfo|cto|"
    r"coo|salesman|saleswoman|editor|teacher|professor|lecturer|researcher|analyst|inspector|constable|sergeant|"
    r"detective|captain|employee|worker|staff member|member|spokesman|spokeswoman|spokesperson|minister|governor|mayor|"
    r"landlord|tenant|recruiter|mechanic|technician|chef|cook|waiter|waitress|guard|"
    r"administratorul?|directorul?|managerul?|patronul?|[șş]eful?|[șş]oferul?|recep[țţ]ioner[aă]?|secretar[aă]?"
)
_BEFORE = (
    r"(?:night|day|duty|shift|deputy|vice|senior|junior|general|sales|managing|executive|assistant|chief|head|lead|"
    r"former|new|current|acting|regional|area|project|account|accounts|finance|financial|operations|personnel|hotel|"
    r"office|front|desk|van|company|human|resources|technical|marketing|security|maintenance|legal|training)"
)
_ONE_ROLE = rf"(?:{_BEFORE}[\s-]+){{0,3}}(?:{_ROLES})"
A_ROLE = rf"(?:{_ONE_ROLE}(?:\s+(?:and|&)\s+{_ONE_ROLE})?)"
"""Pattern of a role as people write it: `night manager`, `Director and Secretary`; for patterns that ignore case."""
ROLE = re.compile(rf"(?:the\s+|an?\s+)?({A_ROLE})(?:\s+(?:of|at|for))?(?:\s+the)?", re.IGNORECASE)
"""A role by itself, and the word that leads on to whose it is."""
