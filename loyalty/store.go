package loyalty

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"
)

// Sentinels of a [Store]. An error of a store that is none of these is an unknown
// outcome, as [ErrOutcome] says outright: the append may have been written or not,
// and the only safe answer is to repeat it under the same key.
var (
	// ErrVersion says that an account is not at the version that the commit expects:
	// another writer was first, and nothing was written. Load again and decide again.
	ErrVersion = errors.New("loyalty: account has moved on")
	// ErrDuplicate says that the key is known with the same hash: nothing was written
	// now, and the first receipt is returned with the error.
	ErrDuplicate = errors.New("loyalty: key already used for this command")
	// ErrKeyConflict says that the key is known with another hash: a key was used for
	// two commands. Nothing was written.
	ErrKeyConflict = errors.New("loyalty: key already used for another command")
	// ErrOutcome says that it is not known whether the commit was written.
	ErrOutcome = errors.New("loyalty: outcome unknown")
	// ErrCommit says that a commit, an id or a query is malformed; nothing was written.
	ErrCommit = errors.New("loyalty: malformed request to the store")
)

// Limits of what a store has to take, beside [MaxID]. A store may take more.
const (
	MaxBody   = 4 << 20 // bytes of an entry, a receipt or a snapshot
	MaxWrites = 1000    // accounts of one commit
	MaxDue    = 10_000  // accounts of one page of due ones
)

// AccountID names one account of one tenant. Both parts are opaque text: UTF-8
// without U+0000 (which no database text holds), at most [MaxID] bytes, the id not
// empty. A host with one shop leaves the tenant empty.
//
// Tenants are kept apart by being part of every name: accounts, keys and the index
// of due instants of one tenant are never seen by a query for another, one commit
// never spans two, and an [Engine] works for exactly one.
type AccountID struct{ Tenant, ID string }

// String is the tenant and the id, for messages: "shop-2/m-1007", or "m-1007"
// without a tenant.
func (a AccountID) String() string {
	if a.Tenant == "" {
		return a.ID
	}
	return a.Tenant + "/" + a.ID
}

// Key is an idempotency key of one tenant, with the same rules as [AccountID].
type Key struct{ Tenant, ID string }

// Sum is a SHA-256 sum, a link in an account's chain.
type Sum [sha256.Size]byte

// Entry is one commit as one account keeps it. Entries of an account have the
// versions 1, 2, 3 and so on without a gap; they are never changed or removed.
type Entry struct {
	Version  int64
	At       Instant // effective: what the decision was settled up to
	Recorded Instant // when it was stored, by the host's clock
	Sum      Sum     // chains this entry to all before it, see [Entry.Chain]
	Body     []byte  // opaque to the store: any bytes, none included
}

// FirstSum is the sum that an account's chain starts from.
func FirstSum(id AccountID) Sum {
	b := append([]byte("rapport loyalty chain 1\n"), id.Tenant...)
	b = append(b, 0)
	return sha256.Sum256(append(b, id.ID...))
}

// Chain is the sum that the entry must have after previous: SHA-256 over previous,
// version, both instants and the body. An edited, removed, added or exchanged entry
// breaks the chain from there on. The chain tells of accidents and of edits by
// whoever cannot rewrite all that follows; to bind the others, keep the sums that
// [Engine.Verify] returns somewhere else.
func (e Entry) Chain(previous Sum) Sum {
	var stack [512]byte
	b := append(stack[:0], previous[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Version))  //nolint:gosec // bits are bits
	b = binary.BigEndian.AppendUint64(b, uint64(e.At))       //nolint:gosec // bits are bits
	b = binary.BigEndian.AppendUint64(b, uint64(e.Recorded)) //nolint:gosec // bits are bits
	if len(b)+len(e.Body) > len(stack) {
		b = append(make([]byte, 0, len(b)+len(e.Body)), b...)
	}
	return sha256.Sum256(append(b, e.Body...))
}

// Write is the part of a commit that belongs to one account.
type Write struct {
	Account AccountID
	// Entry is appended if the account is at version Entry.Version-1; version 1 makes
	// the account.
	Entry Entry
	// Due is the account's next due instant from now on, [Never] for none.
	Due Instant
}

// Commit is one atomic append: all of it is written, or nothing.
type Commit struct {
	Key     Key    // required
	Hash    Hash   // of the command that the key stands for
	Receipt []byte // what a repetition is answered with; opaque
	Writes  []Write
}

// Receipt is what a store keeps under a key.
type Receipt struct {
	Key    Key
	Hash   Hash
	Body   []byte     // [Commit.Receipt]
	Places []Position // where the entries went, in the order of the writes
}

// Position is a version of an account.
type Position struct {
	Account AccountID
	Version int64
}

// Range says which part of a history to load.
type Range struct {
	After int64 // entries with a greater version only; 0 for all
	UpTo  int64 // entries with this version or a lower one only; 0 for all
	// Full asks for the entries themselves: no snapshot may stand for them. Without it,
	// and with After 0, a store may give a snapshot and only the entries after it.
	Full bool
}

// Snapshot is an account's state after an entry, so that a load need not replay all
// of them. It is advice: a store may drop it at any time.
type Snapshot struct {
	Version int64 // of the entry; 0 is no snapshot
	Sum     Sum   // of that entry
	Body    []byte
}

// History is what a load gives.
type History struct {
	Snapshot Snapshot // Version 0 where there is none
	// Entries are in order and without a gap, from the snapshot's version, or
	// Range.After, plus one. They are read as they are ranged over, once; leaving the
	// loop early leaks nothing. After an error the sequence ends. Their bodies are only
	// to be read. Nil is a sequence of none.
	Entries iter.Seq2[Entry, error]
}

// DueQuery asks for accounts with something due.
type DueQuery struct {
	Tenant string
	Until  Instant    // due at or before it
	After  DueAccount // last account of the page before, exclusive; the zero value starts
	Limit  int        // 1 to MaxDue
}

// DueAccount is an account with its due instant.
type DueAccount struct {
	Account AccountID
	Due     Instant
}

// Compare orders by due instant, then by the bytes of the tenant and the id.
func (d DueAccount) Compare(o DueAccount) int {
	switch {
	case d.Due < o.Due:
		return -1
	case d.Due > o.Due:
		return 1
	}
	if c := strings.Compare(d.Account.Tenant, o.Account.Tenant); c != 0 {
		return c
	}
	return strings.Compare(d.Account.ID, o.Account.ID)
}

// Store keeps accounts for an [Engine]. It only stores: no rule of the programme is
// known to it. [MemStore] is the reference, and package loyaltytest checks an
// implementation against every promise made here.
//
// All methods are called by many goroutines at once. A store sees its own writes:
// what returned is visible to every call that starts later. Arguments are not
// kept, and what is returned is not changed, after the call.
type Store interface {
	// Load gives an account's history. An account that does not exist has no entries;
	// that is no error. A snapshot never lies ahead of Range.UpTo or of the last entry.
	// Which version the sequence ends with is fixed when ranging starts.
	Load(ctx context.Context, id AccountID, r Range) (History, error)

	// Append writes a commit: all entries, due instants and the receipt in one
	// transaction. Checks come in this order: [Commit.Check], the context, the key
	// ([ErrDuplicate] with the first receipt, [ErrKeyConflict]), the versions
	// ([ErrVersion]). On these errors nothing was written. Once it returns nil the
	// commit survives whatever the store promises to survive. On any other error the
	// outcome is unknown: all or nothing of it was written.
	Append(ctx context.Context, c Commit) (Receipt, error)

	// Lookup gives the receipt of a key; ok is false for one that is not known.
	Lookup(ctx context.Context, key Key) (r Receipt, ok bool, err error)

	// Due gives a tenant's accounts that are due, in the order of
	// [DueAccount.Compare], at most Limit. Pages that follow one another by After give
	// every account whose due instant does not change meanwhile exactly once.
	Due(ctx context.Context, q DueQuery) ([]DueAccount, error)

	// SaveSnapshot keeps a snapshot in place of one of the same version or an older
	// one. It may do nothing. A snapshot that is older than the one kept, or ahead of
	// the log, is ignored.
	SaveSnapshot(ctx context.Context, id AccountID, s Snapshot) error
}

// BatchAppender is an ability that a [Store] may have besides; an [Engine] finds it
// by asking. It is worth six times the throughput on the two databases that were
// measured.
type BatchAppender interface {
	// AppendBatch does what Append in a loop would, in order, and gives a result for
	// each commit: one that fails takes no other with it, and a commit may build on one
	// before it. Several commits may share a transaction, so that an error that is no
	// answer (unknown outcome) may concern several.
	AppendBatch(ctx context.Context, commits []Commit) []AppendResult
}

// AppendResult is the answer to one commit of a batch, as Append would give it.
type AppendResult struct {
	Receipt Receipt
	Err     error
}

// CommitError says what is wrong with a request to a store. It unwraps to
// [ErrCommit].
type CommitError struct {
	Field string // such as "writes[1].account.id"
	Fault string // what is wrong with it
}

// Error names the field and the fault.
func (e *CommitError) Error() string { return "loyalty: " + e.Field + " " + e.Fault }

// Unwrap gives ErrCommit.
func (e *CommitError) Unwrap() error { return ErrCommit }

// VersionError says which account had moved on. It unwraps to [ErrVersion].
type VersionError struct {
	Account  AccountID
	Expected int64 // version that the commit builds on
}

// Error names the account and the expected version.
func (e *VersionError) Error() string {
	return fmt.Sprintf("loyalty: account %s is not at version %d", e.Account, e.Expected)
}

// Unwrap gives ErrVersion.
func (e *VersionError) Unwrap() error { return ErrVersion }

// Check refuses a malformed commit, with every fault at once as [CommitError]: an id
// or key that is empty, too long or no UTF-8 text; no write or too many, two for one
// account, one for another tenant than the key's; a version below 1; a body beyond
// [MaxBody]; an instant outside the years 1 to 9999 or, where it is no due instant,
// missing. A store calls it before anything else.
func (c Commit) Check() error {
	var f commitFaults
	f.name("key", c.Key.Tenant, c.Key.ID)
	f.body("receipt", c.Receipt)
	if len(c.Writes) == 0 || len(c.Writes) > MaxWrites {
		f.add("writes", fmt.Sprintf("has %d accounts, want 1 to %d", len(c.Writes), MaxWrites))
	}
	for i := range c.Writes {
		f.write(c, i)
	}
	return errors.Join(f...)
}

type commitFaults []error

func (f *commitFaults) add(field, fault string) {
	*f = append(*f, &CommitError{Field: field, Fault: fault})
}

func (f *commitFaults) write(c Commit, i int) {
	w := &c.Writes[i]
	if w.Account.Tenant != c.Key.Tenant {
		f.add(fmt.Sprintf("writes[%d].account", i), "is of another tenant than the key")
	}
	if fault := idFault(w.Account.Tenant, w.Account.ID); fault != "" {
		f.add(fmt.Sprintf("writes[%d].account", i), fault)
	}
	for j := range i {
		if c.Writes[j].Account == w.Account {
			f.add(fmt.Sprintf("writes[%d].account", i), fmt.Sprintf("is that of writes[%d] too", j))
			break
		}
	}
	if w.Entry.Version < 1 {
		f.add(fmt.Sprintf("writes[%d].entry.version", i), fmt.Sprintf("is %d, want 1 or more", w.Entry.Version))
	}
	if len(w.Entry.Body) > MaxBody {
		f.body(fmt.Sprintf("writes[%d].entry.body", i), w.Entry.Body)
	}
	if !w.Entry.At.storable() || !w.Entry.Recorded.storable() || (w.Due != Never && !w.Due.storable()) {
		f.add(fmt.Sprintf("writes[%d]", i), "has an instant that is missing or outside the years 1 to 9999")
	}
}

func (f *commitFaults) name(field, tenant, id string) {
	if fault := idFault(tenant, id); fault != "" {
		f.add(field, fault)
	}
}

func (f *commitFaults) body(field string, body []byte) {
	if len(body) > MaxBody {
		f.add(field, fmt.Sprintf("has %d bytes, at most %d", len(body), MaxBody))
	}
}

// idFault is what is wrong with a name, or nothing.
func idFault(tenant, id string) string {
	switch {
	case id == "":
		return "has an empty id"
	case len(id) > MaxID || len(tenant) > MaxID:
		return fmt.Sprintf("has more than %d bytes", MaxID)
	case !utf8.ValidString(id) || !utf8.ValidString(tenant):
		return "is not UTF-8"
	case strings.IndexByte(id, 0) >= 0 || strings.IndexByte(tenant, 0) >= 0:
		return "holds U+0000"
	}
	return ""
}

// Check refuses a name that no store has to take, as [Commit.Check] does.
func (a AccountID) Check() error {
	if fault := idFault(a.Tenant, a.ID); fault != "" {
		return &CommitError{Field: "account", Fault: fault}
	}
	return nil
}

// Check refuses a query with a limit outside 1 to [MaxDue] or without an instant.
func (q DueQuery) Check() error {
	var f commitFaults
	if q.Limit < 1 || q.Limit > MaxDue {
		f.add("limit", fmt.Sprintf("is %d, want 1 to %d", q.Limit, MaxDue))
	}
	if q.Until == Never {
		f.add("until", "is missing")
	}
	return errors.Join(f...)
}

// storable reports whether the instant is one, in the years 1 to 9999.
func (i Instant) storable() bool {
	const first, last = -62135596800_000_000, 253402300800_000_000
	return i != Never && int64(i) >= first && int64(i) < last
}
