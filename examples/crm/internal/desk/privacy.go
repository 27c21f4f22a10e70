package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/vcard"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/examples/sqlite/casestore"
	"github.com/rapport-go/rapport/examples/sqlite/sqlitedb"
	"github.com/rapport-go/rapport/interaction"
	"github.com/rapport-go/rapport/loyalty"
)

// Export is everything that is held about a person, as JSON. Format is json or vcard.
func (a *App) Export(ctx context.Context, id, format string) (File, error) {
	r, ok := a.world.find(id)
	if !ok {
		return File{}, notFound("/customer", "customer")
	}
	switch format {
	case "", "json":
		return a.exportJSON(ctx, r)
	case "vcard":
		card, err := vcard.Encode([]vcard.Card{cardOf(r.c)}, nil)
		return File{Name: r.id + ".vcf", Type: "text/vcard; charset=utf-8", Data: card}, err
	}
	return File{}, invalid("/format", "unknown", "json or vcard")
}

// held is all that the host holds beside the dossier of the wing customer.
type held struct {
	Dossier  customer.Dossier      `json:"dossier"`
	Orders   []database.Order      `json:"orders"`
	Contacts []database.Contact    `json:"contacts"`
	Answers  []database.Answer     `json:"answers"`
	Offers   []database.Offer      `json:"offers"`
	Cases    [][]interaction.Event `json:"cases"`
	Points   []loyalty.Event       `json:"points"`
}

func (a *App) exportJSON(ctx context.Context, r *record) (File, error) {
	h := held{Orders: r.orders, Answers: r.answers}
	var err error
	if h.Dossier, err = a.people.Export(ctx, r.c.ID); err != nil {
		return File{}, err
	}
	for _, id := range h.Dossier.IDs {
		contacts, err := database.ContactsOf(ctx, a.db.Reader(), string(id))
		if err != nil {
			return File{}, err
		}
		offers, err := database.OffersOf(ctx, a.db.Reader(), string(id))
		if err != nil {
			return File{}, err
		}
		h.Contacts, h.Offers = append(h.Contacts, contacts...), append(h.Offers, offers...)
		for e, err := range a.points.Events(ctx, string(id)) {
			if err != nil {
				return File{}, err
			}
			h.Points = append(h.Points, e)
		}
	}
	for _, c := range r.cases {
		h.Cases = append(h.Cases, c.events)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(h); err != nil {
		return File{}, err
	}
	return File{Name: r.id + ".json", Type: "application/json", Data: out.Bytes()}, nil
}

// cardOf is a customer as a card.
func cardOf(c customer.Customer) vcard.Card {
	card := vcard.Card{UID: string(c.ID)}
	if n, ok := c.Name(); ok {
		card.Name.Full = n.Display()
		for _, x := range n.Components {
			card.Name.Components = append(card.Name.Components, vcard.NameComponent{Kind: x.Kind.String(), Value: x.Value})
		}
	}
	for i, p := range c.Points {
		switch p.Kind {
		case customer.Email:
			card.Emails = append(card.Emails, vcard.Email{ID: "e" + itoa(int64(i+1)), Address: p.Canonical})
		case customer.Phone:
			card.Phones = append(card.Phones, vcard.Phone{ID: "p" + itoa(int64(i+1)), Number: p.Canonical})
		}
	}
	return card
}

// Erase removes a person from every table and keeps a receipt. Orders stay under a
// pseudonym with what was bought, since books must be kept; the account of points is closed
// and stays under its opaque id, since its ledger is part of the books too.
func (a *App) Erase(ctx context.Context, c EraseCommand) (ReceiptView, error) {
	if c.Confirm != c.Customer {
		return ReceiptView{}, invalid("/confirm", "confirm", "repeat the customer's id to confirm")
	}
	pseudonym := "erased-" + strings.ToLower(a.NewKey()[:12])
	asked := c
	asked.Key = ""
	var ids []string
	view, replayed, err := once(ctx, a, "erase", c.Key, "", asked, func(ctx context.Context, u unit) (ReceiptView, error) {
		r, ok := a.world.find(c.Customer)
		if !ok {
			return ReceiptView{}, notFound("/customer", "customer")
		}
		ids = append(ids, r.id)
		for _, x := range r.c.Absorbed {
			ids = append(ids, string(x))
		}
		a.world.leave(ids)
		return u.erase(ctx, r, ids, pseudonym)
	})
	if replayed {
		return view, err
	}
	if err != nil && !errors.Is(err, sqlitedb.ErrWipe) { // after ErrWipe it is committed; the bytes go with the next write
		a.world.stay(ids)
		return view, err
	}
	for _, id := range ids {
		a.world.forgetCases(id)
	}
	return view, errors.Join(err, a.world.refresh(ctx, a, ids...))
}

func (u unit) erase(ctx context.Context, r *record, ids []string, pseudonym string) (ReceiptView, error) {
	receipt, err := u.people().Erase(ctx, customer.Request{Key: u.part("erase"), ID: r.c.ID, At: u.at, Options: customer.DecideOptions{Source: "desk"}}, nil)
	if err != nil {
		return ReceiptView{}, err
	}
	v := ReceiptView{ID: receipt.ID, At: receipt.At, Customer: pseudonym, Removed: []Count{}, Kept: []string{
		"orders with their numbers, items and amounts under " + pseudonym + ": books are kept for ten years",
		"the ledger of points under its opaque id, with numbers of orders and names of holds, closed: it is part of the books",
	}}
	for _, x := range receipt.Removed {
		v.Removed = append(v.Removed, Count{Label: "customer: " + string(x.Field), Count: int64(x.Count)})
	}
	if n := len(receipt.Suppressed); n > 0 {
		v.Kept = append(v.Kept, fmt.Sprintf("%d hashes of contact points, so that they are never written to again", n))
	}
	sums := map[string]int64{}
	for _, id := range ids {
		n, err := casestore.Forget(ctx, u.Tx, id)
		if err != nil {
			return v, err
		}
		sums["cases"] += int64(n)
		removed, err := database.Erase(ctx, u.Tx, id, pseudonym)
		if err != nil {
			return v, err
		}
		for _, x := range removed {
			sums[x.Table] += x.Rows
		}
		if err := u.closeAccount(ctx, id); err != nil {
			return v, err
		}
	}
	for _, table := range []string{"contacts", "answers", "offers", "commands", "merges", "cases"} {
		v.Removed = append(v.Removed, Count{Label: table, Count: sums[table]})
	}
	if err := sqlitedb.WipeAfterCommit(ctx, u.Tx); err != nil {
		return v, err
	}
	text, err := json.Marshal(v)
	if err != nil {
		return v, err
	}
	return v, database.AddReceipt(ctx, u.Tx, v.ID, v.At, text)
}

// closeAccount ends an account of points. What was put aside goes back first, since an
// account with open holds cannot be closed.
func (u unit) closeAccount(ctx context.Context, id string) error {
	account, err := u.points().Account(ctx, id)
	if err != nil || account.Version() == 0 {
		return err
	}
	var acts []loyalty.Action
	for h := range account.Holds() {
		if h.Until.Time().After(u.at) { // the others end by themselves
			acts = append(acts, loyalty.Release{Hold: h.Key})
		}
	}
	for i, act := range append(acts, loyalty.Close{Reason: "erased"}) {
		command := loyalty.Command{Key: u.part("close " + id + "/" + itoa(int64(i))), Account: id, At: u.at, By: "desk", Do: act}
		if _, err := u.points().Do(ctx, command); err != nil {
			return err
		}
	}
	return nil
}

// Receipts are the receipts of erasures, the newest first.
func (a *App) Receipts(ctx context.Context) ([]ReceiptView, error) {
	list, err := database.Receipts(ctx, a.db.Reader())
	if err != nil {
		return nil, err
	}
	out := []ReceiptView{}
	for _, text := range list {
		var v ReceiptView
		if err := json.Unmarshal(text, &v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}
