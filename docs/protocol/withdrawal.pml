/*
 * qr-login v1, section 8: an answer that a crash has left open is told, and then
 * sent or withdrawn, by a program of two processes; checked by SPIN.
 *
 * The face shows, has statements signed, keeps them on disk and sends them.  The
 * signer has the keys, and signs an answer to the context that it was handed
 * last: the portal's reply to the question that it signed last.  The power of
 * the device may go at any moment, and the signer may die alone.  The line loses
 * what it carries, or carries it late and again.  The browser takes the session
 * of an approval; the challenge expires; the portal forgets it a day later, and
 * may revoke the device.
 *
 * Question n has the n-th nonce of the device; context n is the portal's reply.
 * Withdrawing asks a new question.  Its context goes to the signer, so that a
 * denial can be signed, and to no screen.
 *
 * World, chosen by -D:
 *   TAKEN   another takes the face over: from then on, until the next start, he
 *           asks the signer for whatever he wants, and sends what it signs
 *   CASES   no other world: notes which cases occur
 *
 * Seeded fault, chosen by -DBUG=; each must be found:
 */
#define OLDER   1       /* the portal takes an answer to an older context */
#define REVIVE  2       /* a repeated question makes its context the newest */
#define AGAIN   3       /* the portal takes an answer though it has one */
#define DROP    4       /* withdrawing asks no new question */
#define SAME    5       /* every question has the same nonce */
#define UNTOLD  6       /* an answer from before a crash is sent untold */
#define LATER   7       /* an answer is sent before it is on disk */
#define CALM    8       /* "over" is said where the portal has forgotten the
                           challenge, or revoked the device */
#define BLIND   9       /* the signer signs what it was not handed */
#define UNASKED 10      /* ... takes a context that it did not ask for */
#define HEIR    11      /* ... holds what the one before it held */
#define TWICE   12      /* ... still holds what it has signed an answer to */
#ifndef BUG
#define BUG 0
#endif

#define NONE 0
#ifdef TAKEN
#define QUESTIONS 2     /* at most; all else occurs as often as it likes */
#else
#define QUESTIONS 3
#endif

/* An answer is a number, which holds that of its context. */
#define APPROVAL(n)  (2 * (n))
#define DENIAL(n)    (2 * (n) + 1)
#define CONTEXT(a)   ((a) / 2)
#define IS_DENIAL(a) ((a) % 2)

/* Sets are bits. */
#define BIT(x)       (1 << (x))
#define HAS(set, x)  ((set) & BIT(x))
#define ADD(set, x)  set = set | BIT(x)
#define ANY(set)     ((set) != 0)

/* The challenge; what the portal replies; where the face is. */
mtype = { OPEN, APPROVED, CLAIMED, DENIED, EXPIRED, FORGOTTEN };
mtype = { SHOWS, DECIDED, OVER, UNSURE, RECEIPT, REFUSED };
mtype = { OFF, IDLE, ASKING, HANDING, SHOWN, SIGNED, SENDING,
    TELLING, TAKING_BACK, HANDING_BACK, DENYING, THIEFS };

mtype st = OPEN;        /* at the portal */
byte newest;            /* ... the context that counts */
byte made, taken;       /* ... contexts; answers */
bool revoked;           /* ... the device */

byte questions, answers;        /* on the line */

byte question;          /* in the signer: signed last, and no context came */
byte held;              /* ... the context that may be answered */

byte disk;              /* the answer that is open */

mtype at = OFF;
byte drawn;             /* questions so far */
byte q, answer;         /* at hand */
byte told;              /* the answer that the person knows of in this run */
bool back;              /* it is to be withdrawn */

mtype reply;            /* of the portal */
bool yes;               /* of the signer */

/* What the person was told, and what occurred; nobody acts by it. */
byte saidGone, saidOver;        /* of these answers */
byte saw;               /* contexts */
byte given;             /* the context that this signer asked for and got */
bool spent;             /* ... it has signed an answer to it */
bool claimed;
bool badSigned, badSpent, badUntold, badUnkept, badTaken;
#ifdef CASES
bool tooLate, fetched, sentOn, gaveUp, lostSigner;
#define OCCURS(x) x = true
#else
#define OCCURS(x) skip
#endif

/* One transaction of the portal ... */
inline resolve(n)
{
	if
	:: revoked -> reply = UNSURE
	:: !revoked && HAS(made, n) && (st == OPEN || st == APPROVED) ->
		reply = SHOWS;
		newest = (BUG == REVIVE -> n : newest)
	:: !revoked && !HAS(made, n) && st == OPEN ->
		reply = SHOWS; ADD(made, n); newest = n
	:: !revoked && ((!HAS(made, n) && st == APPROVED) || st == CLAIMED ||
	   st == DENIED) -> reply = DECIDED
	:: !revoked && st == EXPIRED -> reply = OVER
	:: !revoked && st == FORGOTTEN -> reply = UNSURE
	fi
}

/* ... and another; what it has taken it knows for 30 days. */
inline decide(a)
{
	if
	:: HAS(taken, a) -> reply = RECEIPT
	:: !HAS(taken, a) && !revoked &&
	   (st == OPEN || (st == APPROVED && BUG == AGAIN)) &&
	   (newest == CONTEXT(a) || (HAS(made, CONTEXT(a)) && BUG == OLDER)) ->
		reply = RECEIPT;
		badTaken = badTaken || ANY(taken);
		ADD(taken, a);
		st = (IS_DENIAL(a) -> DENIED : APPROVED)
	:: else ->
		reply = REFUSED;
		if
		:: HAS(saidGone, a) && st == OPEN -> OCCURS(tooLate)
		:: else
		fi
	fi
}

/* What the signer is asked: for a question, with a context, for an answer. */
inline signQuestion(n)
{
	question = n; held = NONE
}

inline hand(n)
{
	if
	:: HAS(made, n) && (question == n || BUG == UNASKED) ->
		held = n; yes = true;
		given = (question == n -> n : NONE); spent = false
	:: else -> held = NONE; yes = false
	fi;
	question = NONE
}

inline signAnswer(a)
{
	if
	:: held == CONTEXT(a) || BUG == BLIND ->
		yes = true;
		badSigned = badSigned || given != CONTEXT(a);
		badSpent = badSpent || spent;
		spent = true;
		held = (BUG == TWICE -> held : NONE)
	:: else -> yes = false
	fi
}

inline endSigner()
{
	question = (BUG == HEIR -> question : NONE);
	held = (BUG == HEIR -> held : NONE);
	given = NONE; spent = false
}

#define MAY_ASK (drawn < QUESTIONS || BUG == SAME)

inline ask()
{
	drawn = (BUG == SAME -> 1 : drawn + 1);
	q = drawn;
	signQuestion(q)
}

inline send(a)
{
	badUntold = badUntold || told != a;
	badUnkept = badUnkept || disk != a;
	ADD(answers, a);
	if
	:: true -> decide(a)
	:: reply = NONE         /* it is lost, or comes late */
	fi;
	if
	:: reply = NONE         /* or the reply is */
	:: skip
	fi
}

inline idle()
{
	at = IDLE; q = NONE; answer = NONE; back = false;
	reply = NONE; yes = false
}

active proctype Face()
{
	do
	:: atomic { at == OFF -> idle() }

	   /* a code is scanned */
	:: atomic { at == IDLE && MAY_ASK -> ask(); at = ASKING }
	:: atomic { at == ASKING -> ADD(questions, q);
		if
		:: skip         /* question or reply is lost */
		:: idle()       /* ... or the person leaves */
		:: true -> resolve(q);
			if
			:: reply == SHOWS -> at = HANDING
			:: else -> idle()
			fi
		fi }
	:: atomic { at == HANDING -> hand(q);
		if
		:: yes -> ADD(saw, q); at = SHOWN
		:: else -> OCCURS(lostSigner); idle()
		fi }
	   /* one statement at a time: what is open and known goes first */
	:: atomic { at == SHOWN && disk != NONE && told == disk ->
		send(disk); disk = NONE; reply = NONE }
	:: atomic { at == SHOWN && disk == NONE ->
		if
		:: answer = APPROVAL(q)
		:: answer = DENIAL(q)
		fi;
		signAnswer(answer);
		if
		:: yes -> at = SIGNED
		:: else -> OCCURS(lostSigner); idle()
		fi }
	:: atomic { at == SHOWN -> idle() }

	   /* what was signed is put on disk, then sent until a reply comes */
	:: atomic { at == SIGNED && BUG == LATER -> told = answer; send(answer) }
	:: atomic { at == SIGNED -> disk = answer; told = answer; at = SENDING }
	:: atomic { at == SENDING -> send(answer);
		if
		:: reply == NONE
		:: reply == NONE -> idle()      /* left */
		:: reply == RECEIPT && back -> OCCURS(fetched); disk = NONE; idle()
		:: reply == REFUSED || (reply == RECEIPT && !back) -> disk = NONE; idle()
		fi }
	:: atomic { at == SENDING -> disk = NONE; idle() }      /* given up */
	   /* ... and what was left is sent on the side */
	:: atomic { at == IDLE && disk != NONE && told == disk ->
		answer = disk; at = SENDING }

	   /* what is open from before a crash */
	:: atomic { at == IDLE && disk != NONE && told != disk ->
		if
		:: BUG == UNTOLD -> answer = disk; at = SENDING
		:: BUG != UNTOLD -> at = TELLING
		fi }
	:: atomic { at == TELLING ->
		if
		:: told = disk; answer = disk; OCCURS(sentOn); at = SENDING
		:: BUG == DROP -> ADD(saidGone, disk); disk = NONE; idle()
		:: BUG != DROP && MAY_ASK -> back = true; ask(); at = TAKING_BACK
		:: idle()
		fi }
	:: atomic { at == TAKING_BACK -> ADD(questions, q);
		if
		:: skip
		:: OCCURS(gaveUp); disk = NONE; idle()  /* no reply came */
		:: true -> resolve(q);
			if
			:: reply == SHOWS -> at = HANDING_BACK
			:: reply == DECIDED -> told = disk; answer = disk; at = SENDING
			:: reply == UNSURE && BUG != CALM ->
				OCCURS(gaveUp); disk = NONE; idle()
			:: else -> ADD(saidOver, disk); disk = NONE; idle()
			fi
		fi }
	:: atomic { at == HANDING_BACK -> hand(q);
		if
		:: yes -> ADD(saidGone, disk);
			if
			:: IS_DENIAL(disk) -> disk = NONE; idle()
			:: else -> disk = NONE; at = DENYING
			fi
		:: !yes -> OCCURS(lostSigner); idle()
		:: !yes -> OCCURS(gaveUp); disk = NONE; idle()  /* the next one refused */
		fi }
	:: atomic { at == DENYING -> answer = DENIAL(q); signAnswer(answer);
		if
		:: yes -> back = false; at = SIGNED
		:: else -> idle()
		fi }

#ifdef TAKEN
	:: atomic { at != OFF -> idle(); at = THIEFS; told = NONE }
#endif

	   /* the power goes */
	:: atomic { at != OFF -> idle(); at = OFF; told = NONE; endSigner() }
	od
}

active proctype Signer()
{
	do
	:: atomic { question != NONE || held != NONE -> endSigner() }
	od
}

/* What was sent may come late, and again. */
#define LATE_QUESTION(n) atomic { HAS(questions, n) -> resolve(n); reply = NONE }
#define LATE_ANSWER(a)   atomic { HAS(answers, a) -> decide(a); reply = NONE }
active proctype Line()
{
	do
	:: LATE_QUESTION(1)
	:: LATE_QUESTION(2)
	:: LATE_QUESTION(3)
	:: LATE_ANSWER(APPROVAL(1))
	:: LATE_ANSWER(APPROVAL(2))
	:: LATE_ANSWER(APPROVAL(3))
	:: LATE_ANSWER(DENIAL(1))
	:: LATE_ANSWER(DENIAL(2))
	:: LATE_ANSWER(DENIAL(3))
	od
}

/* The browser, time, and the administrator. */
active proctype Others()
{
	do
	:: atomic { st == APPROVED && !revoked -> st = CLAIMED; claimed = true }
	:: atomic { st == OPEN || st == APPROVED -> st = EXPIRED }
	:: atomic { st == CLAIMED || st == DENIED || st == EXPIRED -> st = FORGOTTEN }
	:: atomic { !revoked -> revoked = true; st = (st == APPROVED -> DENIED : st) }
	od
}

#ifdef TAKEN
inline misuse(a)
{
	signAnswer(a);
	answers = (yes -> answers | BIT(a) : answers);
	yes = false
}

active proctype Thief()
{
	byte n;
	do
	:: atomic { at == THIEFS ->
		if
		:: n = 1
		:: n = 2
		fi;
		if
		:: n <= drawn + 1 -> drawn = (n > drawn -> n : drawn);
			signQuestion(n); ADD(questions, n)
		:: true -> hand(n); yes = false
		:: true -> misuse(APPROVAL(n))
		:: true -> misuse(DENIAL(n))
		fi; n = 0 }
	od
}
#endif

/* What the person was told is withdrawn is never taken. */
ltl gone  { [] !ANY(saidGone & taken) }
/* Nobody is signed in by what he was told is over. */
ltl over  { [] !(ANY(saidOver & taken) && claimed) }
/* Nothing is sent that the person was not told of in this run ... */
ltl asked { [] !badUntold }
/* ... and nothing that is not on disk. */
ltl kept  { [] !badUnkept }
/* The signer answers only what it was handed as the reply to its question ... */
ltl shown { [] !badSigned }
/* ... and once each time. */
ltl one   { [] !badSpent }
/* To a context one answer leaves the device ... */
#define EACH(P) (P(1) && P(2) && P(3))
#define FRESH(n) !(HAS(answers, APPROVAL(n)) && HAS(answers, DENIAL(n)))
ltl fresh { [] EACH(FRESH) }
/* ... and no approval of what no person saw. */
#define SEEN(n) !(HAS(answers, APPROVAL(n)) && !HAS(saw, n))
ltl seen  { [] EACH(SEEN) }
/* The portal takes one answer. */
ltl once  { [] !badTaken }

#ifdef CASES
#define APPROVALS (BIT(APPROVAL(1)) + BIT(APPROVAL(2)) + BIT(APPROVAL(3)))
/* These occur, so each must be violated: a withdrawn answer comes too late; a
 * denial follows it; or does not, and the page still waits; it had been taken,
 * and its receipt comes; what was told is sent, and taken; it is not known; a
 * signer is lost; a crash while a withdrawal denies, which is withdrawn too. */
ltl late    { [] !tooLate }
ltl refused { [] !(ANY(saidGone & APPROVALS) && st == DENIED && ANY(taken)) }
ltl waits   { [] !(ANY(saidGone & APPROVALS) && st == OPEN && at == IDLE && disk == NONE) }
ltl had     { [] !fetched }
ltl sent    { [] !(sentOn && ANY(taken) && claimed) }
ltl unsure  { [] !gaveUp }
ltl lost    { [] !lostSigner }
ltl again   { [] !HAS(saidGone, DENIAL(2)) }
#endif
