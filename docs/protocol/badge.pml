/*
 * qr-login v1, section 6.2: one person's badge, first used at a kiosk, and what
 * ends it; checked by SPIN.
 *
 * The person shows the badge at kiosk HERE, sees six digits, and types them in a
 * browser of his own, on a page that names what waits.  What he did not begin he
 * refuses there.  He may forget his PIN and begin anew.  The administrator may
 * withdraw the badge and revoke kiosk HERE, at any moment.
 *
 * World, chosen by -D:
 *   PHOTO   a thief has a picture of the badge, and stands before any kiosk
 *   FAKE    he has a device of his own that is no kiosk of the portal
 *   TOLD    the person types the digits that the thief tells him
 *
 * Seeded fault, chosen by -DBUG=; each must be found:
 */
#define FREE     1      /* the portal makes the key at once */
#define CLICK    2      /* the page asks for a yes, not for the digits */
#define LATE     3      /* a first use that waits outlives the badge */
#define KEEP     4      /* keys outlive the badge */
#define ORPHAN   5      /* keys outlive their kiosk */
#define UNSIGNED 6      /* the kiosk's signature is not asked for */
#define STAY     7      /* the former key at a kiosk stays beside a new one */
#define MANY     8      /* first uses wait side by side */
#define AGAIN    9      /* a withdrawn badge is taken once more */
#ifndef BUG
#define BUG 0
#endif
#ifndef TOLD
#define TOLD 0
#endif

#define HERE  0         /* kiosks: of the person, another one, none of the portal */
#define THERE 1
#define OWN   2

#define NOBODY 0
#define PERSON 1
#define THIEF  2

#define USES 3          /* first uses, at most; the number of one is its digits */
#define NONE USES

mtype = { FREE_SLOT, WAITS, ACTIVE, OVER };

mtype state[USES] = FREE_SLOT;  /* at the portal */
byte by[USES];                  /* who stood there, which the portal cannot know */
byte kiosk[USES];
byte used;

bool withdrawn, revoked;        /* the badge; kiosk HERE */
byte seen = NONE;               /* digits that the person has before his eyes */
byte told = NONE;               /* ... that the thief tells him */
byte begun;                     /* first uses that the person began */
bool signedIn, busy, refused;   /* what occurred */

byte i, waiting;

/* What waits for this badge; the person's page shows it. */
inline look()
{
	waiting = NONE;
	i = 0;
	do
	:: i < USES ->
		if
		:: state[i] == WAITS -> waiting = i
		:: else
		fi;
		i++
	:: else -> break
	od
}

inline activate(slot)
{
	i = 0;
	do
	:: i < USES ->
		if
		:: state[i] == ACTIVE && kiosk[i] == kiosk[slot] && BUG != STAY ->
			state[i] = OVER
		:: else
		fi;
		i++
	:: else -> break
	od;
	state[slot] = ACTIVE
}

/* One transaction of the portal; `answer` is the digits, or NONE. */
inline enrol(who, where, answer)
{
	answer = NONE;
	look();
	if
	:: used == USES
	:: used < USES && where == OWN && BUG != UNSIGNED
	:: used < USES && where == HERE && revoked
	:: used < USES && withdrawn && BUG != AGAIN
	:: used < USES && waiting != NONE && kiosk[waiting] != where && BUG != MANY ->
		busy = busy || who == PERSON
	:: else ->
		if
		:: waiting != NONE && BUG != MANY -> state[waiting] = OVER
		:: else
		fi;
		by[used] = who;
		kiosk[used] = where;
		state[used] = WAITS;
		answer = used;
		if
		:: BUG == FREE -> activate(used)
		:: else
		fi;
		used++
	fi
}

/* The person has signed in again, and types; or says no to what he did not begin. */
inline confirm(digits)
{
	look();
	if
	:: waiting == NONE
	:: waiting != NONE && (waiting == digits || BUG == CLICK) -> activate(waiting)
	:: waiting != NONE && waiting != digits && BUG != CLICK ->
		state[waiting] = OVER; refused = true
	fi
}

active proctype person()
{
	do
	:: atomic { begun < 2 && seen == NONE && told == NONE ->
		begun++; enrol(PERSON, HERE, seen) }
	:: atomic { seen != NONE -> confirm(seen); seen = NONE }
	:: atomic { TOLD && told != NONE -> confirm(told); told = NONE }
	:: atomic { seen == NONE && told == NONE ->
		look();
		if
		:: waiting != NONE -> state[waiting] = OVER; refused = true
		:: else
		fi }
	:: atomic { used > 0 && state[0] == ACTIVE && by[0] == PERSON -> signedIn = true }
	:: begun == 2 && seen == NONE && told == NONE -> break
	od
}

active proctype administrator()
{
	do
	:: atomic { !withdrawn ->
		withdrawn = true;
		i = 0;
		do
		:: i < USES ->
			if
			:: state[i] == WAITS && BUG != LATE -> state[i] = OVER
			:: state[i] == ACTIVE && BUG != KEEP -> state[i] = OVER
			:: else
			fi;
			i++
		:: else -> break
		od }
	:: atomic { !revoked ->
		revoked = true;
		i = 0;
		do
		:: i < USES ->
			if
			:: kiosk[i] == HERE && (state[i] == WAITS || state[i] == ACTIVE) &&
			   BUG != ORPHAN -> state[i] = OVER
			:: else
			fi;
			i++
		:: else -> break
		od }
	:: true -> break
	od
}

#if defined(PHOTO) || defined(FAKE)
active proctype thief()
{
	byte digits = NONE;
	byte tries;
	do
	:: tries == 2 -> break
	:: atomic { tries < 2 ->
		tries++;
#ifdef PHOTO
		if
		:: enrol(THIEF, HERE, digits)
		:: enrol(THIEF, THERE, digits)
		fi;
#else
		enrol(THIEF, OWN, digits);
#endif
		if
		:: digits != NONE && TOLD && seen == NONE -> told = digits
		:: else
		fi }
	od
}
#endif

#define LIVE(n) (state[n] == WAITS || state[n] == ACTIVE)
#define BOTH(a, b, s) (state[a] == s && state[b] == s)
#define PAIR(a, b) (BOTH(a, b, ACTIVE) && kiosk[a] == kiosk[b])

/* No key opens for another than the badge's person. */
#define STOLEN(n) (state[n] == ACTIVE && by[n] == THIEF)
ltl owner { [] !(STOLEN(0) || STOLEN(1) || STOLEN(2)) }
/* Nothing outlives the badge ... */
ltl badge { [] !(withdrawn && (LIVE(0) || LIVE(1) || LIVE(2))) }
/* ... or the kiosk. */
#define ORPHANED(n) (LIVE(n) && kiosk[n] == HERE)
ltl place { [] !(revoked && (ORPHANED(0) || ORPHANED(1) || ORPHANED(2))) }
/* At a kiosk the account has one key. */
ltl single { [] !(PAIR(0, 1) || PAIR(0, 2) || PAIR(1, 2)) }
/* One first use waits, so a page names one. */
ltl one { [] !(BOTH(0, 1, WAITS) || BOTH(0, 2, WAITS) || BOTH(1, 2, WAITS)) }
/* Only a kiosk of the portal begins. */
#define FOREIGN(n) (LIVE(n) && kiosk[n] == OWN)
ltl paired { [] !(FOREIGN(0) || FOREIGN(1) || FOREIGN(2)) }

/* These occur, so each must be violated: the person signs in; again after a
 * forgotten PIN; he finds a stranger's first use in his way, and refuses it. */
ltl reach { [] !signedIn }
ltl anew { [] !(state[0] == OVER && state[1] == ACTIVE && by[0] == PERSON && by[1] == PERSON) }
ltl stranger { [] !(busy && refused) }
