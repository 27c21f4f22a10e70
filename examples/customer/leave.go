package main

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/vcard"
)

// takeBack undoes the merge of two Annes, who turn out to be mother and daughter with
// one mailbox.
func (h *host) takeBack(ctx context.Context) error {
	h.printf("\nA merge is taken back\n")
	for e, err := range h.people.History(ctx, "S4") {
		if err != nil {
			return err
		}
		if b, ok := e.Body.(customer.CustomersMerged); ok && b.Loser == "N3" {
			h.merge = e.ID
		}
	}
	if h.merge == "" {
		h.printf("  Ann and Anne were not merged\n")
		return nil
	}
	c, plan, err := h.people.Unmerge(ctx, customer.Request{Key: h.key(), ID: "S4", At: h.now.AddDate(0, 0, 1)}, h.merge, &customer.UnmergeOptions{Reason: "mother and daughter"})
	if err != nil {
		return err
	}
	again, err := h.people.Load(ctx, "N3")
	if err != nil {
		return err
	}
	h.printf("  %s and %s are two again, with %d and %d names; changes since that could be either's: %d\n", c.ID, again.ID, len(c.Names), len(again.Names), len(plan.Ambiguous))
	return nil
}

// consent answers whether the newsletter may be sent.
func (h *host) consent(ctx context.Context) error {
	h.printf("\nMay the newsletter be sent?\n")
	for _, id := range []customer.ID{"S1", "N1", "N3", "N4", "S2"} {
		c, err := h.people.Load(ctx, id)
		if err != nil {
			return err
		}
		point := ""
		for _, p := range c.Points {
			if p.Kind == customer.Email {
				point = p.Canonical
			}
		}
		v, err := h.people.Allowed(ctx, id, customer.Email, customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: point, At: h.now.AddDate(0, 0, 2)})
		if err != nil {
			return err
		}
		h.printf("  %s (now %s): %s\n", id, c.ID, v)
	}
	return nil
}

// leave shows a person what is held, and erases it.
func (h *host) leave(ctx context.Context) error {
	h.printf("\nBob asks what is held of him, and to be forgotten\n")
	dossier, err := h.people.Export(ctx, "N1")
	if err != nil {
		return err
	}
	data, err := json.Marshal(dossier)
	if err != nil {
		return err
	}
	h.printf("  the dossier has %d events under the ids %v; it names his address: %t\n", len(dossier.History), dossier.IDs, strings.Contains(strings.ToLower(string(data)), "bob.smith@mail.example"))
	h.printf("  printed into a log it is %v\n", dossier)
	receipt, err := h.people.Erase(ctx, customer.Request{Key: h.key(), ID: "N1", At: h.now.AddDate(0, 0, 3)}, []customer.Retention{
		{Field: customer.FieldExternal, Basis: customer.BasisLegalObligation, Until: h.now.AddDate(10, 0, 0), Reason: "invoices: 10 years"},
	})
	if err != nil {
		return err
	}
	for _, k := range receipt.Kept {
		h.printf("  kept: %s, %s, until %s\n", k.Field, k.Reason, k.Until.Format("2006-01-02"))
	}
	h.printf("  suppressed points: %d, so that the next import does not write to him\n", len(receipt.Suppressed))
	left := 0
	for _, id := range append(slices.Clone(h.ids), "S1") {
		for e, err := range h.store.History(ctx, id, 0) {
			if err != nil {
				return err
			}
			if strings.Contains(strings.ToLower(string(e.Body)), "bob.smith") {
				left++
			}
		}
	}
	h.printf("  entries of the store in which his address is still found: %d\n", left)
	gone, err := h.people.Load(ctx, "N1")
	if err != nil {
		return err
	}
	h.printf("  N1 and S1 both lead to %s, who is %s; the receipt stays\n", gone.ID, gone.State)
	return h.again(ctx)
}

// again imports Bob's line once more, under another number and with a fresh consent.
func (h *host) again(ctx context.Context) error {
	h.printf("\nThe newsletter's list comes again, with his line as N9\n")
	h.now = h.now.AddDate(0, 0, 4)
	lines := strings.SplitN(string(newsletterList), "\n", 3)
	list := []byte(lines[0] + "\n" + strings.Replace(lines[1], "N1", "N9", 1) + "\n")
	rows, err := vcard.ImportCSV(list, &newsletterMapping, nil)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := h.add(ctx, "newsletter", &rows[i].Card); err != nil {
			return err
		}
	}
	if err := h.subscribe(ctx, "N9", h.now); err != nil {
		return err
	}
	c, err := h.people.Load(ctx, "N9")
	if err != nil {
		return err
	}
	for _, p := range c.Points {
		if p.Kind != customer.Email {
			continue
		}
		v, err := h.people.Allowed(ctx, "N9", customer.Email, customer.ConsentQuestion{Purpose: customer.Marketing, Channel: customer.ByEmail, Point: p.Canonical, At: h.now.AddDate(0, 0, 1)})
		if err != nil {
			return err
		}
		h.printf("  N9: %s\n", v)
	}
	return nil
}
