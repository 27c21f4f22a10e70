package customer_test

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// vault is a Sealer of AES-256-GCM, as a host would have it over its key service.
type vault struct {
	mu   sync.Mutex
	keys map[customer.ID][]byte // nil: destroyed
}

func (v *vault) aead(subject customer.ID, fresh bool) (cipher.AEAD, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key, ok := v.keys[subject]
	switch {
	case ok && key == nil:
		return nil, customer.ErrKeyDestroyed
	case !ok && !fresh:
		return nil, errors.New("vault: no such key")
	case !ok:
		key = make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		v.keys[subject] = key
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (v *vault) Seal(_ context.Context, subject customer.ID, plain, aad []byte) ([]byte, error) {
	a, err := v.aead(subject, true)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, a.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return a.Seal(nonce, nonce, plain, aad), nil
}

func (v *vault) Open(_ context.Context, subject customer.ID, sealed, aad []byte) ([]byte, error) {
	a, err := v.aead(subject, false)
	if err != nil {
		return nil, err
	}
	if len(sealed) < a.NonceSize() {
		return nil, errors.New("vault: too short")
	}
	return a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], aad)
}

func (v *vault) Destroy(_ context.Context, subject customer.ID) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.keys[subject] = nil
	return nil
}

// host is a directory with a clock that steps and keys that count.
type host struct {
	t     require.TestingT
	d     *customer.Directory
	store *customer.MemStore
	n     int
}

func newHost(t require.TestingT, sealer customer.Sealer) *host {
	s := &customer.MemStore{}
	return &host{t: t, store: s, d: &customer.Directory{Store: s, Sealer: sealer, Salt: []byte("a salt of the host")}}
}

func (h *host) request(id customer.ID) customer.Request {
	h.n++
	return customer.Request{Key: fmt.Sprint("key ", h.n), ID: id, At: minute(h.n), Options: customer.DecideOptions{Actor: "agent-1", Source: "test"}}
}

func (h *host) do(id customer.ID, commands ...customer.Command) customer.Customer {
	var c customer.Customer
	for _, cmd := range commands {
		var err error
		c, err = h.d.Do(context.Background(), h.request(id), cmd)
		require.NoError(h.t, err)
	}
	return c
}

// everything is all that the host can get at: entries as stored, states, dossiers.
func (h *host) everything(ids ...customer.ID) []byte {
	var out bytes.Buffer
	ctx := context.Background()
	for _, id := range ids {
		for e, err := range h.store.History(ctx, id, 0) {
			require.NoError(h.t, err)
			out.Write(must(json.Marshal(e)))
			out.Write(e.Body)
		}
		c, err := h.d.Load(ctx, id)
		require.NoError(h.t, err)
		out.WriteString(text(h.t, c))
		dossier, err := h.d.Export(ctx, id)
		require.NoError(h.t, err)
		out.Write(must(json.Marshal(dossier)))
	}
	out.WriteString(h.store.Dump())
	return out.Bytes()
}

var erasableSecrets = []string{"secret", "090-1234", "8190123", "Hidden Street", "1985", "K-4711"}

func fullPerson(h *host, id customer.ID) {
	phone := must(customer.ParsePhone("090-1234-5678", "JP", customer.PhonePlans{}))
	email := must(customer.NewEmail("Secret.Person@example.org"))
	h.do(id, customer.Created{Kind: customer.Person},
		customer.NameAdded{Name: customer.Name{Use: customer.LegalName, Full: "Robin secret"}},
		customer.AddressSet{Address: customer.FormOfAddress{CallMe: "secret"}},
		customer.BirthSet{Birth: customer.PartialDate{Year: 1985, Month: 4, Day: 12}},
		customer.PointAdded{Point: phone}, customer.PointAdded{Point: email},
		customer.PostalAdded{Postal: customer.PostalAddress{Lines: []string{"1 Hidden Street"}, Country: "GB"}},
		customer.ExternalAdded{External: customer.ExternalID{Source: "shop", Kind: "account", Value: "K-4711"}},
		customer.AttributeSet{Attribute: customer.Attribute{Key: "shop.note", Value: customer.TextValue("a secret note")}},
		customer.MoveStage{To: customer.Active, Reason: "secret reason"},
		customer.ConsentRecorded{Record: with(with(grant(1, customer.ByEmail), point(email.Canonical)), func(r *customer.ConsentRecord) {
			r.Proof = &customer.Proof{Ref: "secret file"}
		})},
		customer.ConsentRecorded{Record: refusal(customer.Withdrawn, 2, customer.BySMS)},
	)
}

// Brief (f), erasure: no original value is found anywhere in the serialised bytes,
// erasing twice is as once, and suppression still hits.
func TestErasureIsComplete(t *testing.T) {
	t.Parallel()
	for _, sealed := range []bool{false, true} {
		t.Run(fmt.Sprintf("sealed %t", sealed), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			var sealer customer.Sealer
			if sealed {
				sealer = &vault{keys: map[customer.ID][]byte{}}
			}
			h := newHost(t, sealer)
			fullPerson(h, "p1")
			for _, s := range erasableSecrets {
				require.Contains(t, string(h.everything("p1")), s, "the search finds what is there")
			}
			r := h.request("p1")
			receipt, err := h.d.Erase(ctx, r, nil)
			require.NoError(t, err)
			bytesAfter := string(h.everything("p1"))
			for _, s := range erasableSecrets {
				require.NotContains(t, bytesAfter, s)
			}
			require.Len(t, receipt.Suppressed, 2)
			require.Empty(t, receipt.Kept)
			require.Contains(t, receipt.Removed, customer.Removed{Field: customer.FieldPoints, Count: 2})
			require.Contains(t, receipt.Removed, customer.Removed{Field: customer.FieldBirth, Count: 1})

			again, err := h.d.Erase(ctx, r, nil)
			require.NoError(t, err)
			require.Equal(t, receipt, again, "the same request")
			again, err = h.d.Erase(ctx, h.request("p1"), nil)
			require.NoError(t, err)
			require.Equal(t, receipt, again, "another request")
			require.Equal(t, bytesAfter[:100], string(h.everything("p1"))[:100])

			c := must(h.d.Load(ctx, "p1"))
			require.Equal(t, customer.IsErased, c.State)
			require.Equal(t, receipt, *c.Receipt)
			require.Equal(t, customer.ReasonWithdrawn, c.Consent.Allowed(customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.BySMS, At: minute(900)}).Reason, "refusals outlast an erasure")
			_, err = h.d.Do(ctx, h.request("p1"), customer.Tagged{Tag: "x"})
			require.ErrorIs(t, err, customer.ErrCommand)

			// Re-import: another id, the point typed otherwise, a fresh grant with proof.
			email := must(customer.NewEmail("SECRET.person@EXAMPLE.org"))
			h.do("p2", customer.Created{}, customer.PointAdded{Point: email}, customer.ConsentRecorded{Record: with(grant(28, customer.ByEmail), point(email.Canonical))})
			q := customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: email.Canonical, At: minute(90_000)}
			verdict, err := h.d.Allowed(ctx, "p2", customer.Email, q)
			require.NoError(t, err)
			require.Equal(t, customer.ConsentVerdict{Reason: customer.ReasonSuppressed}, verdict)
			require.Equal(t, customer.ReasonSuppressed, must(h.d.Load(ctx, "p2")).Consent.Allowed(q).Reason, "the log says so by itself")
		})
	}
}

// A legal hold keeps what it names, says on which basis and until when, and lets go.
func TestErasureKeepsWhatTheLawKeeps(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	keys := &vault{keys: map[customer.ID][]byte{}}
	h := newHost(t, keys)
	fullPerson(h, "p1")
	keep := []customer.Retention{{Field: customer.FieldPostal, Basis: customer.BasisLegalObligation, Until: minute(5000), Reason: "invoices"}}
	receipt, err := h.d.Erase(ctx, h.request("p1"), keep)
	require.NoError(t, err)
	require.Equal(t, keep, receipt.Kept)
	after := string(h.everything("p1"))
	for _, s := range erasableSecrets {
		require.Equal(t, s == "Hidden Street", bytes.Contains([]byte(after), []byte(s)), s)
	}
	r := h.request("p1")
	_, plan, err := h.d.Retain(ctx, r, nil, nil, nil)
	require.NoError(t, err)
	require.Empty(t, plan.Remove, "the hold has not ended")
	require.Equal(t, minute(5000), plan.Next)
	r = h.request("p1")
	r.At = minute(5000)
	c, plan, err := h.d.Retain(ctx, r, nil, nil, nil)
	require.NoError(t, err)
	require.Equal(t, []customer.Field{customer.FieldPostal}, plan.Remove)
	require.Empty(t, c.Receipt.Kept)
	require.NotContains(t, string(h.everything("p1")), "Hidden")

	for _, bad := range []customer.Retention{
		{Field: "shoes", Basis: customer.BasisContract, Until: minute(9000)},
		{Field: customer.FieldConsent, Basis: customer.BasisContract, Until: minute(9000)},
		{Field: customer.FieldNames, Basis: customer.BasisConsent, Until: minute(9000)},
		{Field: customer.FieldNames, Basis: customer.BasisLegitimateInterest, Until: minute(9000)},
		{Field: customer.FieldNames, Basis: customer.BasisContract, Until: minute(1)},
		{Field: customer.FieldNames, Basis: customer.BasisContract},
	} {
		person, _ := told("p3")
		_, err = customer.PlanErasure(person, []customer.Retention{bad}, []byte("a salt of the host"), minute(100))
		require.ErrorIs(t, err, customer.ErrPrivacy, "%v", bad)
	}
	person, _ := told("p3")
	_, err = customer.PlanErasure(person, nil, []byte("short"), time.Time{})
	require.ErrorIs(t, err, customer.ErrPrivacy)
}

// Destroying the key of a person makes copies of the store unreadable too.
func TestDestroyedKeysEraseBackups(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	keys := &vault{keys: map[customer.ID][]byte{}}
	h := newHost(t, keys)
	fullPerson(h, "p1")
	var backup []customer.Entry
	for e, err := range h.store.History(ctx, "p1", 0) {
		require.NoError(t, err)
		require.True(t, e.Sealed)
		for _, s := range erasableSecrets {
			require.NotContains(t, string(e.Body), s, "what is stored is sealed")
		}
		backup = append(backup, e)
	}
	event, err := customer.Decode(ctx, backup[1], keys)
	require.NoError(t, err)
	require.IsType(t, customer.NameAdded{}, event.Body)
	moved := backup[1]
	moved.Revision = 3
	_, err = customer.Decode(ctx, moved, keys)
	require.ErrorIs(t, err, customer.ErrCodec, "a body is bound to its frame")
	_, err = customer.Decode(ctx, backup[1], nil)
	require.ErrorIs(t, err, customer.ErrCodec, "nothing is read without the keys")

	_, err = h.d.Erase(ctx, h.request("p1"), nil)
	require.NoError(t, err)
	var events []customer.Event
	for _, e := range backup {
		event, err := customer.Decode(ctx, e, keys)
		require.NoError(t, err)
		require.Equal(t, customer.Scrubbed{Kind: e.Kind}, event.Body)
		events = append(events, event)
	}
	ghost := must(customer.Fold(customer.Customer{}, slices.Values(events)))
	require.Equal(t, customer.Customer{ID: "p1", Revision: uint64(len(backup)), Updated: events[len(events)-1].Recorded}, ghost)
}

// Merges and unmerges leave no copy behind: whoever is erased is erased in every
// history, and the other is not.
func TestErasureAfterMerges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx := context.Background()
		var sealer customer.Sealer
		if rapid.Bool().Draw(t, "sealed") {
			sealer = &vault{keys: map[customer.ID][]byte{}}
		}
		h := newHost(t, sealer)
		names := map[customer.ID]string{"a": "alphasecret", "b": "betasecret", "c": "gammasecret"}
		try := func(id customer.ID) {
			for range rapid.IntRange(0, 6).Draw(t, "commands") {
				if cmd := drawCommand(t, names[id]); cmd != nil {
					_, _ = h.d.Do(ctx, h.request(id), cmd) // a refused one changes nothing
				}
			}
		}
		for _, id := range []customer.ID{"a", "b", "c"} {
			h.do(id, customer.Created{}, customer.NameAdded{Name: customer.Name{Full: names[id]}})
			try(id)
		}
		merge := func(into, from customer.ID) string {
			before := must(h.d.Load(ctx, into))
			_, _, err := h.d.Merge(ctx, h.request(into), from, nil)
			require.NoError(t, err)
			return fmt.Sprintf("%s/%d", before.ID, before.Revision+1)
		}
		inner := ""
		if rapid.Bool().Draw(t, "nested") {
			inner = merge("b", "c")
			try("c")
		}
		outer := merge("a", "b")
		try("b")
		if inner != "" {
			try("c")
		}
		apart := rapid.Bool().Draw(t, "apart")
		if apart {
			_, _, err := h.d.Unmerge(ctx, h.request("a"), outer, nil)
			require.NoError(t, err)
			try("b")
			if inner != "" && rapid.Bool().Draw(t, "inner apart") {
				_, _, err := h.d.Unmerge(ctx, h.request("b"), inner, nil)
				require.NoError(t, err)
				inner = ""
				try("c")
			}
		}
		gone := rapid.SampledFrom([]customer.ID{"a", "b", "c"}).Draw(t, "gone")
		live := must(h.d.Store.Resolve(ctx, gone))
		group := append([]customer.ID{live}, must(h.d.Load(ctx, gone)).Absorbed...)
		states := map[customer.ID]string{}
		for id := range names {
			if to := must(h.d.Store.Resolve(ctx, id)); to != live {
				states[to] = text(t, must(h.d.Load(ctx, to)))
			}
		}
		_, err := h.d.Erase(ctx, h.request(gone), nil)
		require.NoError(t, err)
		all := string(h.everything("a", "b", "c"))
		for _, id := range group {
			require.NotContains(t, all, names[id], "%s was erased with %s", id, gone)
			c := must(h.d.Load(ctx, id))
			require.Equal(t, customer.IsErased, c.State, "every id resolves to one live record or a receipt")
			require.NotNil(t, c.Receipt)
		}
		for id, was := range states {
			require.Equal(t, was, text(t, must(h.d.Load(ctx, id))), "%s is not touched", id)
			require.Contains(t, all, names[id])
		}
	})
}

func TestRetentionByPurpose(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	fullPerson(h, "p1")
	berlin := time.FixedZone("CET", 3600)
	rules := []customer.RetentionRule{
		{Purpose: customer.Marketing, Fields: []customer.Field{customer.FieldBirth, customer.FieldPoints, "attributes.shop.note"}, Months: 0},
		{Purpose: customer.Service, Fields: []customer.Field{customer.FieldPoints}, Months: 1},
	}
	ended := map[customer.Purpose]time.Time{customer.Marketing: minute(5)}
	c, plan, err := h.d.Retain(ctx, h.request("p1"), rules, ended, berlin)
	require.NoError(t, err)
	require.Equal(t, []customer.Field{"attributes.shop.note", customer.FieldBirth}, plan.Remove, "points serve a purpose that goes on")
	require.True(t, c.Birth.IsZero())
	require.Len(t, c.Points, 2)
	all := string(h.everything("p1"))
	require.NotContains(t, all, "1985")
	require.NotContains(t, all, "secret note")
	require.Contains(t, all, "Hidden Street", "what no rule names stays")

	ended[customer.Service] = minute(20)
	plan, err = customer.PlanRetention(c, rules, ended, minute(30), berlin)
	require.NoError(t, err)
	require.Empty(t, plan.Remove)
	require.Equal(t, time.Date(2026, 4, 1, 0, 0, 0, 0, berlin), plan.Next, "a calendar month later, at the start of the day")
	plan, err = customer.PlanRetention(c, rules, ended, plan.Next, berlin)
	require.NoError(t, err)
	require.Equal(t, []customer.Field{customer.FieldPoints}, plan.Remove)
	_, err = customer.PlanRetention(c, []customer.RetentionRule{{Fields: []customer.Field{"x"}, Months: -1}}, nil, minute(30), nil)
	require.ErrorIs(t, err, customer.ErrPrivacy)
}

func TestSuppressions(t *testing.T) {
	t.Parallel()
	salt := []byte("0123456789abcdef")
	ref := must(customer.NewEmail("A@example.org")).Ref()
	h := must(customer.HashPoint(salt, ref))
	require.Len(t, h, 64)
	require.NotEqual(t, h, must(customer.HashPoint([]byte("0123456789abcdeg"), ref)), "another salt, another hash")
	s, err := customer.NewSuppressions(salt, slices.Values([]customer.PointHash{h}))
	require.NoError(t, err)
	require.True(t, s.Has(must(customer.NewEmail("a@EXAMPLE.org")).Ref()))
	require.False(t, s.Has(must(customer.NewEmail("b@example.org")).Ref()))
	require.False(t, s.Has(customer.PointRef{Kind: customer.Handle, Canonical: "A@example.org"}), "of another kind")
	_, err = customer.NewSuppressions(nil, nil)
	require.ErrorIs(t, err, customer.ErrPrivacy)
}

func TestExport(t *testing.T) {
	t.Parallel()
	c, history := told("c1", customer.NameAdded{Name: aiko().Names[0]}, customer.Tagged{Tag: "camera"})
	d, err := customer.Export(c, slices.Values(history))
	require.NoError(t, err)
	data := string(must(json.Marshal(d)))
	for _, want := range []string{"aiko", "camera", `"actor":"agent-1"`, `"source":"test"`, `"kind":"name_added"`} {
		require.Contains(t, data, want)
	}
	_, err = customer.Export(c, slices.Values(history[:2]))
	require.ErrorIs(t, err, customer.ErrEvent)
}

// A change that nobody addressed to the loser, about what only the loser had, is found
// in the winner's history when the loser is erased after the merge was undone.
func TestErasureReachesTheOtherHistory(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, &vault{keys: map[customer.ID][]byte{}})
	theirs := must(customer.NewEmail("theirs@example.org"))
	h.do("a", customer.Created{}, customer.Tagged{Tag: "of a"})
	h.do("b", customer.Created{}, customer.PointAdded{Point: theirs})
	_, _, err := h.d.Merge(ctx, h.request("a"), "b", nil)
	require.NoError(t, err)
	h.do("a", customer.PointMarked{Point: theirs.Ref(), Shared: true}, customer.Tagged{Tag: "later"})
	_, plan, err := h.d.Unmerge(ctx, h.request("a"), "a/3", nil)
	require.NoError(t, err)
	require.Len(t, plan.Ambiguous, 1)
	before := text(t, must(h.d.Load(ctx, "a")))
	inHistory := func() (out string) {
		for e, err := range h.d.History(ctx, "a") {
			require.NoError(t, err)
			out += string(must(json.Marshal(e)))
		}
		return out
	}
	require.Contains(t, inHistory(), "theirs@")
	receipt, err := h.d.Erase(ctx, h.request("b"), nil)
	require.NoError(t, err)
	require.Contains(t, receipt.Subjects, customer.JointSubject("a", 3))
	require.NotContains(t, inHistory(), "theirs@")
	require.Equal(t, before, text(t, must(h.d.Load(ctx, "a"))), "the other is not touched")
}

// The same request is one change, whatever becomes of its answer; another under its key
// is refused; a change that met another is asked again.
func TestRequests(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	h.do("a", customer.Created{})
	r := h.request("a")
	for range 3 {
		c, err := h.d.Do(ctx, r, customer.Tagged{Tag: "x"})
		require.NoError(t, err)
		require.Equal(t, uint64(2), c.Revision)
	}
	_, err := h.d.Do(ctx, r, customer.Tagged{Tag: "y"})
	require.ErrorIs(t, err, customer.ErrKeyConflict)
	_, err = h.d.Erase(ctx, r, nil)
	require.ErrorIs(t, err, customer.ErrKeyConflict)
	_, err = h.d.Do(ctx, customer.Request{ID: "a", At: minute(90)}, customer.Tagged{Tag: "y"})
	require.ErrorIs(t, err, customer.ErrCommand, "no key")
	_, err = h.d.Load(ctx, "nobody")
	require.ErrorIs(t, err, customer.ErrUnknown)
	_, err = h.d.Do(ctx, h.request("nobody"), customer.Tagged{Tag: "y"})
	require.ErrorIs(t, err, customer.ErrUnknown)
	past, err := h.d.AsOf(ctx, "a", minute(1))
	require.NoError(t, err)
	require.Equal(t, uint64(1), past.Revision)

	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r := customer.Request{Key: fmt.Sprint("crowd ", i), ID: "a", At: minute(500)}
			for {
				_, err := h.d.Do(ctx, r, customer.Tagged{Tag: fmt.Sprint("tag ", i)})
				if !errors.Is(err, customer.ErrRevision) {
					if err != nil {
						t.Error(err)
					}
					return
				}
			}
		}()
	}
	wg.Wait()
	require.Len(t, must(h.d.Load(ctx, "a")).Tags, 9, "no change is lost")
}
