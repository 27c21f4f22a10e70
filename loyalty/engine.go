package loyalty

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// Sentinels of an [Engine], beside those of commands and stores.
var (
	// ErrContention says that every attempt found another writer first: nothing was
	// written. Repeat the call, later.
	ErrContention = errors.New("loyalty: too many conflicts")
	// ErrCorrupt says that a stored history is not what an engine wrote: an entry is
	// missing, changed or not readable. The details say where.
	ErrCorrupt = errors.New("loyalty: stored history is corrupt")
)

// Engine carries out commands on the accounts of one tenant of a [Store]. Set Store
// and Program, and leave the rest at its zero value for the defaults; change
// nothing after the first call. It is safe for many goroutines and must not be
// copied.
//
// # What it guarantees
//
// A command is done once: its key and its events are one commit, so that a repeated
// command gets the stored result and changes nothing, whatever happened to the first
// answer. A command is decided on the newest state: commits name the version that
// they build on, and one that comes late is decided anew, at most Attempts times. A
// command of several accounts is written in all of them or in none. A refused
// command writes nothing (but see KeepRefused), and its key may be used again.
//
// # How
//
// Calls of one engine for one account go one after the other; several engines, in
// one process or in many, meet at the store's version check. The engine remembers the
// accounts that it used last. It does not ask the store for a key first: a commit
// with a known key comes back as a duplicate, and only what is about to be refused
// is looked up. It starts no goroutine and has no clock: every instant is the
// caller's.
type Engine struct {
	Store   Store    // required
	Program *Program // required; the programme in force. Stored events need none
	Tenant  string   // whose accounts these are, see [AccountID]

	// Attempts is how often a command is decided, at most, when others get in between or
	// an answer is lost. 0 means 20.
	Attempts int
	// SnapshotEvery is after how many entries of an account a snapshot is saved. 0 means
	// 256, below 0 never.
	SnapshotEvery int
	// CacheSize is how many accounts are remembered. 0 means 16,384, below 0 none.
	CacheSize int
	// KeepRefused writes what time did up to a refused command, and that the account's
	// clock moved on, although the command itself is not stored.
	KeepRefused bool
	// Form is how events are written. Both forms are read.
	Form EntryForm
	// Report is told of faults that spoil no answer: a snapshot that could not be saved
	// or read. Nil drops them.
	Report func(error)

	caches [cacheShards]cache
	spaces sync.Pool // of *draftSpace, for commands that come one at a time
}

// Outcome is what became of a command.
type Outcome struct {
	Decision            // Events is empty where Result.Replayed is set: they were written before
	Places   []Position // where the events were stored, or had been; none where nothing was
}

// reservedKeys begins the keys of commits that no command asked for.
const reservedKeys = "~rapport/"

// Do carries out a command.
//
// Errors: a [*RefusedError] for a refused command; [ErrKeyConflict] for a key that
// was used for another command; [ErrContention]; [ErrOutcome] where it is not known
// whether the command was done, after which the same command may be repeated;
// [ErrCorrupt]; the context's error, alone where nothing was written.
func (e *Engine) Do(ctx context.Context, c Command) (Outcome, error) {
	space, _ := e.spaces.Get().(*draftSpace)
	if space == nil {
		space = &draftSpace{}
	}
	w, err := e.prepare(c, space)
	if err != nil {
		return Outcome{}, err
	}
	h := e.lock(w.ids)
	defer h.unlock()
	out, err := e.run(ctx, h, w)
	*space = draftSpace{} // a store keeps no argument, so the next command may write over it
	e.spaces.Put(space)
	return out, err
}

// work is a command on its way.
type work struct {
	c    Command
	hash Hash
	ids  []string // its account and the parties, in the order that Decide wants

	space *draftSpace // its own while it is carried out; nil: make one
}

func (e *Engine) prepare(c Command, space *draftSpace) (work, error) {
	if strings.HasPrefix(c.Key, reservedKeys) {
		return work{}, &RefusedError{Err: ErrKey, Account: c.Account, Field: "key", Value: c.Key}
	}
	return e.prepareAny(c, space)
}

func (e *Engine) prepareAny(c Command, space *draftSpace) (work, error) {
	if c.Do == nil || c.Key == "" || idFault(e.Tenant, c.Key) != "" || idFault(e.Tenant, c.Account) != "" {
		_, err := Decide(e.Program, NewAccount(c.Account), c) // it says what is wrong
		if err == nil {
			err = &RefusedError{Err: ErrKey, Account: c.Account, Field: "key", Value: c.Key}
		}
		return work{}, err
	}
	var room []byte
	if space != nil {
		room = space.body[:0]
	}
	hash, err := c.hash(room)
	if err != nil {
		return work{}, &RefusedError{Err: ErrAmount, Command: c.Do.Command(), Account: c.Account, Value: err.Error()}
	}
	w := work{c: c, hash: hash, space: space}
	if others := Parties(e.Program, c); len(others) > 0 || space == nil {
		w.ids = append([]string{c.Account}, others...)
	} else {
		space.id[0] = c.Account
		w.ids = space.id[:]
	}
	return w, nil
}

// run carries out a command whose accounts are locked.
func (e *Engine) run(ctx context.Context, h held, w work) (Outcome, error) {
	last := ErrContention
	fresh := false // every account is known to be current
	for range e.attempts() {
		if err := ctx.Err(); err != nil {
			return Outcome{}, unlessContention(last, err)
		}
		if !fresh {
			loaded, err := e.loadAll(ctx, h, w)
			if err == nil && !loaded && errors.Is(last, ErrVersion) {
				_, err = e.catchUpAll(ctx, h, w)
				loaded = err == nil
			}
			if err != nil {
				last = err
				if errors.Is(err, ErrCorrupt) {
					return Outcome{}, err
				}
				continue
			}
			fresh = loaded
		}
		d, refused := e.decide(h, w)
		if refused != nil {
			out, done, err := e.refuse(ctx, h, w, d, refused, fresh)
			if done {
				return out, err
			}
			if err != nil {
				last = err
			}
			fresh = err == nil
			continue
		}
		if len(d.Events) == 0 {
			return Outcome{Decision: d}, nil
		}
		out, done, err := e.commit(ctx, h, w, d)
		if done {
			return out, err
		}
		last, fresh = err, false
	}
	if errors.Is(last, ErrVersion) {
		last = fmt.Errorf("%w: %w", ErrContention, last)
	}
	return Outcome{}, last
}

// unlessContention keeps an outcome that is not known beside the context's error.
func unlessContention(last, err error) error {
	if errors.Is(last, ErrOutcome) {
		return errors.Join(last, err)
	}
	return err
}

func (e *Engine) attempts() int {
	if e.Attempts <= 0 {
		return 20
	}
	return e.Attempts
}

// decide asks the programme. The accounts are read only.
func (e *Engine) decide(h held, w work) (Decision, error) {
	var stack [4]*Account
	others := stack[:0]
	for _, id := range w.ids[1:] {
		others = append(others, h.of(id).account)
	}
	return Decide(e.Program, h.of(w.c.Account).account, w.c, others...)
}

// refuse makes sure that a refusal is one: the command was not done before, and the
// state that it was decided on is current. done is false where it has to be decided
// anew.
func (e *Engine) refuse(ctx context.Context, h held, w work, d Decision, refused error, fresh bool) (out Outcome, done bool, err error) {
	r, known, err := e.Store.Lookup(ctx, Key{Tenant: e.Tenant, ID: w.c.Key})
	if err != nil {
		return Outcome{}, false, err
	}
	if known {
		out, err := replayed(w, r)
		return out, true, err
	}
	if !fresh {
		changed, err := e.catchUpAll(ctx, h, w)
		if err != nil || changed {
			return Outcome{}, errors.Is(err, ErrCorrupt), err
		}
	}
	if e.KeepRefused && len(d.Events) > 0 {
		if again, err := e.keepTime(ctx, h, w, d); again {
			return Outcome{}, false, err
		}
	}
	return Outcome{Decision: Decision{Trace: d.Trace}}, true, refused
}

// keepTime writes what time did before a refused command, under a key that follows
// from the state. again says that it has to be tried again.
func (e *Engine) keepTime(ctx context.Context, h held, w work, d Decision) (again bool, err error) {
	a := h.of(w.c.Account)
	events := append([]Event(nil), d.Events...)
	key := fmt.Sprintf("%srefused/%s/%d", reservedKeys, short(w.c.Account), a.version)
	for i := range events {
		if events[i].Key != "" { // the command's key stays free
			events[i].Key = key
		}
	}
	only := work{c: Command{Key: key, Account: w.c.Account, At: w.c.At}, hash: w.hash, ids: w.ids[:1]}
	_, done, err := e.commit(ctx, h, only, Decision{Events: events})
	return !done, err
}

// short is a name of fixed length for a long one.
func short(id string) string {
	sum := FirstSum(AccountID{ID: id})
	return hex.EncodeToString(sum[:16])
}

// replayed is the answer to a command that was done before.
func replayed(w work, r Receipt) (Outcome, error) {
	if r.Hash != w.hash {
		return Outcome{}, ErrKeyConflict
	}
	res, err := readResult(r.Body)
	if err != nil {
		return Outcome{}, fmt.Errorf("%w: receipt of key %q: %w", ErrCorrupt, w.c.Key, err)
	}
	res.Replayed = true
	return Outcome{Decision: Decision{Result: res}, Places: r.Places}, nil
}

// draft is a commit with the states that it leads to.
type draft struct {
	commit Commit
	after  []remembered // of each write
	space  *draftSpace
}

// draftSpace is room for the usual commit, of one account, in one allocation.
type draftSpace struct {
	write   [1]Write
	after   [1]remembered
	id      [1]string
	result  Result
	receipt [48]byte
	body    [256]byte // first what is hashed, then what is stored
}

// draft folds the events and makes the commit of them. Where nobody else was seen
// at an account it is changed in place, which costs least, and has to be loaded
// anew if the commit fails after all.
func (e *Engine) draft(h held, w work, d Decision) (draft, error) {
	d.Stamp(w.hash)
	space := w.space
	if space == nil {
		space = &draftSpace{}
	}
	space.result = d.Result
	dr := draft{after: space.after[:0], space: space}
	dr.commit = Commit{Key: Key{Tenant: e.Tenant, ID: w.c.Key}, Hash: w.hash, Receipt: appendResult(space.receipt[:0], &space.result), Writes: space.write[:0]}
	for from := 0; from < len(d.Events); {
		to := from + 1
		for to < len(d.Events) && d.Events[to].Account == d.Events[from].Account {
			to++
		}
		if err := e.draftWrite(&dr, h, w, d.Events[from:to]); err != nil {
			return draft{}, err
		}
		from = to
	}
	return dr, nil
}

func (e *Engine) draftWrite(dr *draft, h held, w work, events []Event) error {
	before := h.of(events[0].Account)
	next := remembered{account: before.account, version: before.version + 1, saved: before.saved}
	if before.contended {
		next.account = before.account.Clone() // it will be needed as it is
	}
	at := events[0].Effective
	for i := range events {
		Evolve(next.account, &events[i])
		if events[i].Effective.after(at) {
			at = events[i].Effective
		}
	}
	body, err := e.body(dr, events, w)
	if err != nil {
		return err
	}
	entry := Entry{Version: next.version, At: at, Recorded: events[0].Recorded, Body: body}
	id := AccountID{Tenant: e.Tenant, ID: before.id}
	previous := before.sum
	if before.version == 0 {
		previous = FirstSum(id)
	}
	entry.Sum = entry.Chain(previous)
	next.sum = entry.Sum
	write := Write{Account: id, Entry: entry}
	if due, ok := NextDue(e.Program, next.account); ok {
		write.Due = due
	}
	dr.commit.Writes = append(dr.commit.Writes, write)
	dr.after = append(dr.after, next)
	return nil
}

func (e *Engine) body(dr *draft, events []Event, w work) ([]byte, error) {
	if e.Form == FormBinary && uniform(events, w.c.Key) {
		space := dr.space.body[:0:len(dr.space.body)]
		if len(dr.after) > 0 { // the first write has it
			space = nil
		}
		return appendEvents(space, events, w.c.Key, w.hash), nil
	}
	return json.Marshal(events)
}

// keep makes the drafted states those that the engine remembers.
func (dr draft) keep(h held) {
	for _, after := range dr.after {
		c := h.of(after.account.ID())
		c.remembered, c.contended = after, false
	}
}

// commit writes a decision. done is false where it has to be decided anew, and the
// accounts may not be current then.
func (e *Engine) commit(ctx context.Context, h held, w work, d Decision) (out Outcome, done bool, err error) {
	returned := false
	defer func() {
		if !returned { // something panicked, or cannot be written: what is remembered was not written
			e.forget(h, w)
		}
	}()
	dr, err := e.draft(h, w, d)
	if err != nil {
		return Outcome{}, true, err
	}
	r, err := e.Store.Append(ctx, dr.commit)
	returned = true
	return e.settled(ctx, h, w, d, dr, r, err)
}

// settled turns the answer of an append into that of the command.
func (e *Engine) settled(ctx context.Context, h held, w work, d Decision, dr draft, r Receipt, err error) (out Outcome, done bool, _ error) {
	switch {
	case err == nil:
		dr.keep(h)
		e.saveSnapshots(ctx, h, dr)
		return Outcome{Decision: d, Places: r.Places}, true, nil
	case errors.Is(err, ErrDuplicate):
		e.forget(h, w)
		out, err := replayed(w, r)
		return out, true, err
	case errors.Is(err, ErrKeyConflict), errors.Is(err, ErrCommit):
		e.forget(h, w)
		return Outcome{}, true, err
	case errors.Is(err, ErrVersion):
		e.contend(h, w)
		return Outcome{}, false, err
	}
	e.forget(h, w)
	if !errors.Is(err, ErrOutcome) {
		err = fmt.Errorf("%w: %w", ErrOutcome, err)
	}
	return Outcome{}, false, err
}

// contend notes that another engine was first. Accounts that were kept as they were
// need only what is new, which is loaded with the next attempt.
func (e *Engine) contend(h held, w work) {
	for _, id := range w.ids {
		c := h.of(id)
		if !c.contended {
			c.forget()
		}
		c.contended = true
	}
}

func (e *Engine) forget(h held, w work) {
	for _, id := range w.ids {
		h.of(id).forget()
	}
}

// saveSnapshots saves those that are due. Nothing depends on it.
func (e *Engine) saveSnapshots(ctx context.Context, h held, dr draft) {
	every := int64(e.SnapshotEvery)
	if every == 0 {
		every = 256
	}
	for i := range dr.after {
		c := h.of(dr.after[i].account.ID())
		if every < 0 || c.version-c.saved < every {
			continue
		}
		if err := e.saveSnapshot(ctx, c); err != nil {
			e.report(err)
		}
	}
}

func (e *Engine) saveSnapshot(ctx context.Context, c *cached) error {
	body, err := c.account.MarshalBinary()
	if err == nil {
		err = e.Store.SaveSnapshot(ctx, AccountID{Tenant: e.Tenant, ID: c.id}, Snapshot{Version: c.version, Sum: c.sum, Body: body})
	}
	if err != nil {
		return fmt.Errorf("loyalty: snapshot of account %s at version %d: %w", c.id, c.version, err)
	}
	c.saved = c.version
	return nil
}

func (e *Engine) report(err error) {
	if e.Report != nil {
		e.Report(err)
	}
}

// Simulate decides a command on the newest state and stores nothing: what a checkout
// shows before the member agrees. A refusal is the error, as from [Engine.Do].
func (e *Engine) Simulate(ctx context.Context, c Command) (Decision, error) {
	w, err := e.prepare(c, nil)
	if err != nil {
		return Decision{}, err
	}
	h := e.lock(w.ids)
	defer h.unlock()
	loaded, err := e.loadAll(ctx, h, w)
	if err == nil && !loaded {
		_, err = e.catchUpAll(ctx, h, w)
	}
	if err != nil {
		return Decision{}, err
	}
	return e.decide(h, w)
}

// On is an engine with the same settings on another store, such as one inside a
// transaction that the host has opened. It remembers no accounts, since that
// transaction may yet be undone.
func (e *Engine) On(s Store) *Engine {
	return &Engine{
		Store: s, Program: e.Program, Tenant: e.Tenant, Attempts: e.Attempts, SnapshotEvery: e.SnapshotEvery,
		CacheSize: -1, KeepRefused: e.KeepRefused, Form: e.Form, Report: e.Report,
	}
}

// Account is the newest state of an account, as a copy. An account that does not
// exist is empty: its Version is 0.
func (e *Engine) Account(ctx context.Context, id string) (*Account, error) {
	h := e.lock([]string{id})
	defer h.unlock()
	w := work{ids: []string{id}}
	loaded, err := e.loadAll(ctx, h, w)
	if err == nil && !loaded {
		_, err = e.catchUpAll(ctx, h, w)
	}
	if err != nil {
		return nil, err
	}
	return h.of(id).account.Clone(), nil
}

// AsOf is an account as it was, or will be, at an instant, by the package's function
// [AsOf] on the events that are stored: those recorded up to known that took effect
// up to effective, and what time did by then. A zero known means all that is known
// now. Nothing is stored.
func (e *Engine) AsOf(ctx context.Context, id string, effective, known time.Time) (*Account, error) {
	var r entryReader
	var events []Event
	err := e.each(ctx, id, Range{Full: true}, &r, func(_ Entry, c commitBody) error {
		events = append(events, c.events...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if known.IsZero() {
		known = lastInstant.Time()
	}
	return AsOf(e.Program, id, events, effective, known), nil
}
