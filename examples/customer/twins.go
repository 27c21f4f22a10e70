package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/match"
)

// person is a row for the matcher.
type person struct{ id, given, surname, born, email, phone string }

// rows reads what the matcher may see.
func (h *host) rows(ctx context.Context) ([]person, error) {
	var out []person
	for _, id := range h.ids {
		c, err := h.people.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		p := person{id: string(id), born: c.Birth.String()}
		if name, ok := c.Name(); ok {
			p.given, _ = name.Field("given", "")
			p.surname, _ = name.Field("surname", "")
		}
		for _, x := range c.Points {
			switch x.Kind {
			case customer.Email:
				p.email = x.Canonical
			case customer.Phone:
				p.phone = x.Canonical
			}
		}
		out = append(out, p)
	}
	return out, nil
}

// matcher is the standard model with probabilities that a larger list taught, as a host
// keeps them.
func matcher() (*match.Schema[person], *match.Model, error) {
	nicknames := match.NewNicknames(func(yield func(string, string) bool) { _ = yield("robert", "bob") && yield("ann", "anne") })
	s, err := match.NewSchema(func(p person) string { return p.id }, []match.Field[person]{
		{Name: "given", Role: match.RoleGiven, Read: func(p person) string { return p.given }},
		{Name: "surname", Role: match.RoleSurname, Read: func(p person) string { return p.surname }},
		{Name: "born", Role: match.RoleBirth, Read: func(p person) string { return p.born }},
		{Name: "email", Role: match.RoleEmail, Read: func(p person) string { return p.email }},
		{Name: "phone", Role: match.RolePhone, Read: func(p person) string { return p.phone }},
	}, &match.SchemaOptions{Short: nicknames})
	if err != nil {
		return nil, nil, err
	}
	m := match.Standard(s)
	for i := range m.Comparisons {
		levels, u := m.Comparisons[i].Levels, 1e-4
		for k := range levels {
			if !levels[k].Missing {
				levels[k].U = min(u, 0.9)
				u *= 5
			}
		}
		levels[len(levels)-1].U = 0.9
	}
	return s, m, nil
}

// propose finds who may be the same, and merges who surely is.
func (h *host) propose(ctx context.Context) error {
	h.printf("\nWho may be the same\n")
	s, m, err := matcher()
	if err != nil {
		return err
	}
	ix, err := match.NewIndex(s, m)
	if err != nil {
		return err
	}
	rows, err := h.rows(ctx)
	if err != nil {
		return err
	}
	if err := ix.Add(slices.Values(rows), nil); err != nil {
		return err
	}
	pairs, _, err := ix.Pairs(nil)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if len(p.Vetoes) > 0 {
			h.printf("  %s and %s: %s, since %s%s\n", p.A, p.B, p.Verdict, strings.ReplaceAll(vetoes(p.Vetoes), "_", " "), proposal(p))
			continue
		}
		h.printf("  %s and %s: %s, probability %.4f\n", p.A, p.B, p.Verdict, p.Probability())
		why, err := ix.Explain(p.A, p.B)
		if err != nil {
			return err
		}
		for line := range strings.Lines(why.String()) {
			h.printf("      %s", line)
		}
		if p.Verdict != match.Same {
			continue
		}
		winner, loser := customer.ID(p.B), customer.ID(p.A) // the shop's customer keeps its id
		if strings.HasPrefix(p.A, "S") {
			winner, loser = loser, winner
		}
		after, plan, err := h.people.Merge(ctx, customer.Request{Key: h.key(), ID: winner, At: h.now}, loser, &customer.MergePolicy{Reason: fmt.Sprintf("weight %.1f", p.Weight)})
		if err != nil {
			return err
		}
		h.printf("    merged into %s: %d names, %d points; conflicts to look at: %d\n", after.ID, len(after.Names), len(after.Points), len(plan.Conflicts))
	}
	return nil
}

// proposal says what two may be to one another who are not one person.
func proposal(m match.Match) string {
	if m.Proposal == 0 {
		return ""
	}
	return fmt.Sprintf("; perhaps one %s, for they share %s", m.Proposal, strings.Join(m.Shares, ", "))
}

func vetoes(list []match.Veto) string {
	var out []string
	for _, v := range list {
		out = append(out, v.Kind.String())
	}
	return strings.Join(out, ", ")
}
