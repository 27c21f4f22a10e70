package customer

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Directory is the customers of a host: the rules of this package over a Store. Its
// fields are set once, and then many goroutines share it.
//
// Every change has a key of the caller's. The same key with the same request changes
// nothing a second time and gives the customer as it is now; with another request it is
// ErrKeyConflict. A change that meets another one for the same customer is ErrRevision:
// ask again with the same key.
type Directory struct {
	Store  Store  // required
	Sealer Sealer // encrypts what is personal; nil: the store holds it readable
	States States // keeps states between calls; nil: each call folds the whole history
	Salt   []byte // for hashes of suppressed points; needed by Erase, Allowed and to refuse suppressed points
}

// Request says which change, for whom and by whom.
type Request struct {
	Key     string    // idempotency key; required, at most 1024 bytes
	ID      ID        // the customer; an id that was merged away resolves
	At      time.Time // when the request is made; required
	Options DecideOptions
}

// check refuses, as ErrCommand, a request without a key, or with a text or an instant that
// stores cannot keep.
func (r Request) check() error {
	detail := ""
	switch {
	case r.Key == "":
		detail = "has no key"
	case badNote(r.Key) != "":
		detail = "has a key that is too long or not fit to be kept"
	case badNote(r.Options.Actor) != "" || badNote(r.Options.Source) != "":
		detail = "has an actor or a source that is too long or not fit to be kept"
	case badInstant(r.At) != "" || badInstant(r.Options.At) != "":
		detail = "is made at an instant that cannot be written"
	default:
		return nil
	}
	return &EventError{Customer: r.ID, Detail: detail, Err: ErrCommand}
}

// Load is a customer as it is now, whatever id it is asked for by; ErrUnknown for an id
// that was never issued. An erased customer is one whose State is IsErased, with the
// receipt.
func (d *Directory) Load(ctx context.Context, id ID) (Customer, error) {
	live, err := d.Store.Resolve(ctx, id)
	for err == nil {
		var c Customer
		if c, err = d.fold(ctx, live); err != nil || (live == id && c.State != MergedAway) {
			return c, err
		}
		// Between the two reads a merge, or an unmerge, may have led the id elsewhere.
		was := live
		if live, err = d.Store.Resolve(ctx, id); err == nil && live == was {
			return c, nil
		}
	}
	return Customer{}, err
}

// History yields the events of one customer, of that very id, in order.
func (d *Directory) History(ctx context.Context, id ID) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for entry, err := range d.Store.History(ctx, id, 0) {
			var e Event
			if err == nil {
				e, err = Decode(ctx, entry, d.Sealer)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// AsOf is what was known of a customer, of that very id, at an instant.
func (d *Directory) AsOf(ctx context.Context, id ID, t time.Time) (Customer, error) {
	events, err := d.events(ctx, id)
	if err != nil {
		return Customer{}, err
	}
	return AsOf(slices.Values(events), t)
}

func (d *Directory) events(ctx context.Context, id ID) ([]Event, error) {
	var events []Event
	for e, err := range d.History(ctx, id) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// Do carries out a command. Created makes a new customer under the id; any other asks
// for one that is there. A tie that would close a circle is ErrRelation, and a point that
// is suppressed is added together with its suppression.
func (d *Directory) Do(ctx context.Context, r Request, cmd Command) (Customer, error) {
	hash := d.hashOf("do", r.ID, fmt.Sprintf("%T", cmd), cmd)
	if done, c, err := d.done(ctx, r, hash); done {
		return c, err
	}
	c, err := d.present(ctx, r.ID, cmd)
	if err != nil {
		return c, err
	}
	o := r.Options
	if r.ID != c.ID {
		o.Addressed = r.ID
	}
	if b, ok := cmd.(RelationAdded); ok {
		if err := d.checkCircle(ctx, c.ID, &b.Relation); err != nil {
			return c, err
		}
		cmd = b
	}
	var lookup error
	if o.Suppressed == nil && len(d.Salt) > 0 {
		o.Suppressed = func(p PointRef) bool {
			yes, err := d.suppressed(ctx, p)
			lookup = errors.Join(lookup, err)
			return yes
		}
	}
	events, err := Decide(c, cmd, r.At, &o)
	if err = errors.Join(err, lookup); err != nil {
		return c, err
	}
	next, err := Fold(c, slices.Values(events))
	if err != nil {
		return c, err
	}
	return d.commit(ctx, r, hash, c, next, Commit{}, events)
}

// commit writes events of the first customer and whatever else the commit has.
func (d *Directory) commit(ctx context.Context, r Request, hash Hash, was, next Customer, c Commit, lists ...[]Event) (Customer, error) {
	c.Key, c.Hash = r.Key, hash
	for _, events := range lists {
		if len(events) == 0 {
			continue
		}
		w := Write{Customer: events[0].Customer, After: events[0].Revision - 1}
		for _, e := range events {
			entry, err := Encode(ctx, e, d.Sealer)
			if err != nil {
				return was, err
			}
			w.Entries = append(w.Entries, entry)
		}
		c.Writes = append(c.Writes, w)
	}
	switch err := d.Store.Append(ctx, c); {
	case errors.Is(err, ErrDuplicate):
		return d.Load(ctx, was.ID)
	case err != nil:
		return was, err
	}
	d.keep(next, nil)
	return next, nil
}

// done answers a request whose key was applied before.
func (d *Directory) done(ctx context.Context, r Request, hash Hash) (bool, Customer, error) {
	if err := r.check(); err != nil {
		return true, Customer{}, err
	}
	was, ok, err := d.Store.Seen(ctx, r.Key)
	switch {
	case err != nil:
		return true, Customer{}, err
	case !ok:
		return false, Customer{}, nil
	case was != hash:
		return true, Customer{}, ErrKeyConflict
	}
	c, err := d.Load(ctx, r.ID)
	return true, c, err
}

// present is the customer that a command is for.
func (d *Directory) present(ctx context.Context, id ID, cmd Command) (Customer, error) {
	c, err := d.Load(ctx, id)
	if _, creates := cmd.(Created); creates && errors.Is(err, ErrUnknown) {
		return Customer{ID: id}, nil
	}
	return c, err
}

func (d *Directory) suppressed(ctx context.Context, p PointRef) (bool, error) {
	h, err := HashPoint(d.Salt, p)
	if err != nil {
		return false, err
	}
	return d.Store.Suppressed(ctx, h)
}

// checkCircle resolves the other side of a tie and refuses one that closes a circle.
func (d *Directory) checkCircle(ctx context.Context, from ID, r *Relation) error {
	other, err := d.Store.Resolve(ctx, r.To)
	if err != nil {
		return err
	}
	r.To = other
	return CheckRelation(from, *r, d.ties(ctx, ""))
}

// checkMerged refuses a merge whose result has a tie that closes a circle.
func (d *Directory) checkMerged(ctx context.Context, merged Customer, loser ID) error {
	for _, r := range merged.Relations {
		if to, err := d.Store.Resolve(ctx, r.To); err == nil {
			r.To = to
		} else if !errors.Is(err, ErrUnknown) {
			return err
		} else {
			continue // somebody whom the host keeps elsewhere
		}
		if r.To == merged.ID || r.To == loser {
			continue // by an id that led to one of the two
		}
		if err := CheckRelation(merged.ID, r, d.ties(ctx, loser, merged.ID)); err != nil {
			return err
		}
	}
	return nil
}

// ties gives the ties of a customer, with every id resolved, and loser as another.
func (d *Directory) ties(ctx context.Context, loser ID, as ...ID) func(ID) iter.Seq2[Relation, error] {
	return func(id ID) iter.Seq2[Relation, error] {
		return func(yield func(Relation, error) bool) {
			c, err := d.Load(ctx, id)
			if err != nil && !errors.Is(err, ErrUnknown) {
				yield(Relation{}, err)
				return
			}
			for _, tie := range c.Relations {
				if to, err := d.Store.Resolve(ctx, tie.To); err == nil {
					tie.To = to
				}
				if len(as) > 0 && tie.To == loser {
					tie.To = as[0]
				}
				if !yield(tie, nil) {
					return
				}
			}
		}
	}
}

// Allowed answers a question of consent. A point that is suppressed is denied, whoever
// holds it and whatever was granted since; so is one of a customer that was erased. Kind
// says what the point is. A question about a point needs the Salt, without which nobody
// could say whether it is suppressed: ErrPrivacy.
func (d *Directory) Allowed(ctx context.Context, id ID, kind ContactKind, q ConsentQuestion) (ConsentVerdict, error) {
	c, err := d.Load(ctx, id)
	if err != nil {
		return ConsentVerdict{}, err
	}
	if blank(q.Point) {
		return c.Consent.Allowed(q), nil
	}
	refs := []PointRef{{kind, "", q.Point}}
	for _, p := range c.Points {
		if p.Kind == kind && p.Service != "" && same(p.Canonical, q.Point) {
			refs = append(refs, PointRef{kind, p.Service, q.Point})
		}
	}
	for _, ref := range refs {
		yes, err := d.suppressed(ctx, ref)
		if err != nil {
			return ConsentVerdict{}, err
		}
		if yes {
			return ConsentVerdict{Reason: ReasonSuppressed}, nil
		}
	}
	return c.Consent.Allowed(q), nil
}

// Merge merges the customer loser into that of the request; see PlanMerge. From then on
// the loser's id, and every id that led there, resolves to the winner. A merge after which
// somebody would be above themselves by way of others, such as that of a grandparent and
// a grandchild, is ErrRelation; a tie between the two alone falls away.
func (d *Directory) Merge(ctx context.Context, r Request, loser ID, policy *MergePolicy) (Customer, MergePlan, error) {
	hash := d.hashOf("merge", r.ID, loser, policy)
	if done, c, err := d.done(ctx, r, hash); done {
		return c, MergePlan{}, err
	}
	a, err := d.Load(ctx, r.ID)
	if err != nil {
		return a, MergePlan{}, err
	}
	b, err := d.Load(ctx, loser)
	if err != nil {
		return a, MergePlan{}, err
	}
	plan, err := PlanMerge(a, b, r.At, policy)
	if err != nil {
		return a, plan, err
	}
	winner, gone := plan.Events(r.At, &r.Options)
	next, err := Fold(a, slices.Values(winner))
	if err != nil {
		return a, plan, err
	}
	if err := d.checkMerged(ctx, next, b.ID); err != nil {
		return a, plan, err
	}
	var c Commit
	if len(winner) > 0 {
		c.Redirects = []Redirect{{From: b.ID, To: a.ID}}
	}
	next, err = d.commit(ctx, r, hash, a, next, c, winner, gone)
	return next, plan, err
}

// Unmerge takes back a merge, by the id of its event in the history of the customer of
// the request; see PlanUnmerge. The loser's id, and those that follow it, resolve to the
// loser again.
func (d *Directory) Unmerge(ctx context.Context, r Request, merge string, o *UnmergeOptions) (Customer, UnmergePlan, error) {
	hash := d.hashOf("unmerge", r.ID, merge, o)
	if done, c, err := d.done(ctx, r, hash); done {
		return c, UnmergePlan{}, err
	}
	a, err := d.Load(ctx, r.ID)
	if err != nil {
		return a, UnmergePlan{}, err
	}
	events, err := d.events(ctx, a.ID)
	if err != nil {
		return a, UnmergePlan{}, err
	}
	plan, err := PlanUnmerge(slices.Values(events), merge, o)
	if err != nil {
		return a, plan, err
	}
	b, err := d.fold(ctx, plan.Loser)
	if err != nil {
		return a, plan, err
	}
	winner, again := plan.Events(b, r.At, &r.Options)
	next, err := Fold(a, slices.Values(winner))
	if err != nil {
		return a, plan, err
	}
	c := Commit{Redirects: []Redirect{{From: plan.Loser}}}
	for _, id := range plan.Follow {
		c.Redirects = append(c.Redirects, Redirect{From: id, To: plan.Loser})
	}
	next, err = d.commit(ctx, r, hash, a, next, c, winner, again)
	return next, plan, err
}

// Erase erases a customer and all that were merged into it: one commit scrubs their
// bodies in every history, suppresses their points and leaves the receipt; then their
// keys are destroyed. Erasing again gives the same receipt, and destroys keys that an
// interrupted call left. See PlanErasure.
func (d *Directory) Erase(ctx context.Context, r Request, keep []Retention) (Receipt, error) {
	hash := d.hashOf("erase", r.ID, keep, nil)
	if err := r.check(); err != nil {
		return Receipt{}, err
	}
	was, seen, err := d.Store.Seen(ctx, r.Key)
	switch {
	case err != nil:
		return Receipt{}, err
	case seen && was != hash:
		return Receipt{}, ErrKeyConflict
	}
	c, err := d.Load(ctx, r.ID)
	if err != nil {
		return Receipt{}, err
	}
	plan, err := PlanErasure(c, keep, d.Salt, r.At)
	if err != nil {
		return Receipt{}, err
	}
	if c.State != IsErased {
		joint, err := d.joint(ctx, c)
		if err != nil {
			return Receipt{}, err
		}
		plan = plan.covering(joint)
	}
	subjects := plan.Receipt.Subjects
	events := plan.Events(&r.Options)
	if len(events) > 0 {
		next, err := Fold(c, slices.Values(events))
		if err != nil {
			return Receipt{}, err
		}
		if _, err = d.commit(ctx, r, hash, c, next, Commit{Suppress: plan.Receipt.Suppressed, Scrub: subjects}, events); err != nil {
			return Receipt{}, err
		}
	}
	d.forget(append([]ID{c.ID}, c.Absorbed...)...)
	if d.Sealer != nil {
		for _, id := range subjects {
			if err := d.Sealer.Destroy(ctx, id); err != nil {
				return plan.Receipt, err
			}
		}
	}
	return plan.Receipt, nil
}

// Retain carries out PlanRetention: what is due goes, and with it the bodies of all
// earlier events, since they hold it too. Points that are suppressed in the customer's
// records stay suppressed by their hash, for which it needs the Salt. Keys are not
// destroyed, since what stays is sealed under them: copies of the store made earlier
// still hold what went.
func (d *Directory) Retain(ctx context.Context, r Request, rules []RetentionRule, ended map[Purpose]time.Time, loc *time.Location) (Customer, RetentionPlan, error) {
	hash := d.hashOf("retain", r.ID, rules, ended)
	if done, c, err := d.done(ctx, r, hash); done {
		return c, RetentionPlan{}, err
	}
	c, err := d.Load(ctx, r.ID)
	if err != nil {
		return c, RetentionPlan{}, err
	}
	plan, err := PlanRetention(c, rules, ended, r.At, loc)
	if err != nil {
		return c, plan, err
	}
	events := plan.Events(r.At, &r.Options)
	next, err := Fold(c, slices.Values(events))
	if err != nil {
		return c, plan, err
	}
	var commit Commit
	if len(events) > 0 {
		joint, err := d.joint(ctx, c)
		if err != nil {
			return c, plan, err
		}
		commit.Scrub = append(append([]ID{c.ID, RetainedSubject(c.ID)}, c.Absorbed...), joint...)
		for _, p := range plan.Suppress {
			h, err := HashPoint(d.Salt, p)
			if err != nil {
				return c, plan, err
			}
			commit.Suppress = append(commit.Suppress, h)
		}
	}
	next, err = d.commit(ctx, r, hash, c, next, commit, events)
	d.forget(append([]ID{c.ID}, c.Absorbed...)...)
	return next, plan, err
}

// Export is the dossier of a customer; see Export.
func (d *Directory) Export(ctx context.Context, id ID) (Dossier, error) {
	c, err := d.Load(ctx, id)
	if err != nil {
		return Dossier{}, err
	}
	events, err := d.events(ctx, c.ID)
	if err != nil {
		return Dossier{}, err
	}
	var absorbed []iter.Seq[Event]
	for _, other := range c.Absorbed {
		own, err := d.events(ctx, other)
		if err != nil {
			return Dossier{}, err
		}
		absorbed = append(absorbed, slices.Values(own))
	}
	return Export(c, slices.Values(events), absorbed...)
}

// hashOf tells requests apart, under the salt, so that it outlives an erasure and tells
// nothing. The JSON is that of this package's values, in which maps are written in the
// order of their keys.
func (d *Directory) hashOf(what string, id ID, a, b any) Hash {
	h := hmac.New(sha256.New, d.Salt)
	enc := json.NewEncoder(h)
	for _, v := range []any{what, id, a, b} {
		if body, ok := v.(Body); ok {
			v = formOf(body)
		}
		_ = enc.Encode(v) // a value that cannot be written is refused when it is decided
	}
	return Hash(h.Sum(nil))
}
