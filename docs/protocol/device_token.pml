/*
 * qr-login v1, section 6.1: a device is paired by its token and set up, with
 * nobody before it; checked by SPIN.
 *
 * The right device has the provisioning file.  It puts key and enrol on disk,
 * sends the same bytes until a reply comes, writes down what is still to be
 * done, keeps the pairing, and does it.  Its power may go at any moment; the
 * next start does what is left.  The network may lose request or reply.  The
 * administrator of the portal may withdraw the token as long as it is open
 * (an end that has come is the same).
 *
 * World, chosen by -D:
 *   COPY    a stranger has copied the file and may enrol with a key of his own
 *   WRONG   the file names another account than the token is of
 *
 * Seeded fault, chosen by -DBUG=; each must be found:
 */
#define DOUBLE 1        /* the portal takes a used token again */
#define LATE   2        /* ... or one that was withdrawn */
#define ANEW   3        /* after a crash the device enrols with a new key */
#define ANYONE 4        /* the device keeps a pairing of any account */
#define EARLY  5        /* it sets itself up before it keeps the pairing */
#define LAZY   6        /* a start does not do what a crash has left */
#ifndef BUG
#define BUG 0
#endif
#ifndef WRONG
#define WRONG 0
#endif

#define RIGHT    0      /* devices */
#define STRANGER 1
#define NOBODY   2
#define CRASHES  2      /* of the right device, at most */

mtype = { OPEN, USED, WITHDRAWN };

mtype token = OPEN;     /* at the portal */
byte holder = NOBODY;   /* the device that it made by the token ... */
byte heldKey;           /* ... and the key of that one */
byte made;              /* how many it made */
bool badLate;           /* one was made of a withdrawn token */

bool up;                /* the right device: a program runs */
byte crashes;
bool begun;             /* on disk: key and enrol */
byte key;               /* ... which */
bool next;              /* on disk: what is still to be done */
bool kept, set;         /* on disk: the pairing; settings and PIN */
bool accepted;          /* in memory: state 2 came, of the right account */
bool refused, ended;    /* the portal said no; it is over without a pairing */
bool between;           /* a start found one without the other */

bool yes;               /* the portal's reply to the enrol at hand */

/* In one transaction of the portal. */
inline enrol(device, k)
{
	if
	:: token == USED && holder == device && heldKey == k -> yes = true
	:: token == OPEN || (token == USED && BUG == DOUBLE && holder != device) ||
	   (token == WITHDRAWN && BUG == LATE) ->
		badLate = badLate || token == WITHDRAWN;
		token = USED; holder = device; heldKey = k; made++;
		yes = true
	:: else -> yes = false
	fi
}

inline send()
{
	if
	:: skip                 /* the request is lost */
	:: true -> enrol(RIGHT, key);
		if
		:: skip         /* the reply is lost */
		:: !yes -> refused = true; ended = true; begun = false
		:: yes && WRONG && BUG != ANYONE ->
			ended = true; begun = false    /* and it unpairs */
		:: yes && (!WRONG || BUG == ANYONE) -> accepted = true
		fi
	fi
}

inline start()
{
	if
	:: next && kept && BUG != LAZY -> set = true; next = false
	:: next && !kept -> next = false
	:: else
	fi;
	between = between || kept != set;
	up = true
}

active proctype device()
{
	do
	:: atomic { !up -> start() }
	:: atomic { up && !begun && !kept && !ended -> key++; begun = true }
	:: atomic { up && begun && !accepted && !kept -> send() }
	:: atomic { up && accepted && !next && !kept ->
		next = true;
		if
		:: BUG == EARLY -> set = true
		:: else
		fi }
	:: atomic { up && accepted && next && !kept -> kept = true; begun = false }
	:: atomic { up && kept && next -> set = true; next = false }
	:: atomic { up && crashes < CRASHES && !ended ->
		up = false; accepted = false; crashes++;
		if
		:: BUG == ANEW && !kept -> begun = false
		:: else
		fi }
	:: up && (ended || (kept && !next)) -> break
	od
}

active proctype administrator()
{
	if
	:: atomic { token == OPEN -> token = WITHDRAWN }
	:: skip
	fi
}

#ifdef COPY
active proctype stranger()
{
	if
	:: atomic { true -> enrol(STRANGER, 9) }
	:: skip
	fi
}
#endif

/* One token, one device. */
ltl single { [] (made <= 1) }
/* What is kept is what the portal made, of the account that the file names. */
ltl owner { [] (kept -> (holder == RIGHT && heldKey == key && !WRONG)) }
/* A token that was withdrawn pairs nobody. */
ltl withdrawn { [] !badLate }
/* The right device is refused only where the portal did not make it. */
ltl repeated { [] !(refused && holder == RIGHT) }
/* Whatever starts finds the device as before, or as the file says. */
ltl whole { [] !between }

/* These occur, so each must be violated: it comes to its end; after a crash
 * too; the stranger was first, and the right device is told. */
ltl reach { [] !(kept && set && !up) }
ltl dead { [] !(kept && set && crashes == CRASHES) }
ltl told { [] !(refused && holder == STRANGER) }
