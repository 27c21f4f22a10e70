package desk

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rapport-go/rapport/customer"
	"github.com/rapport-go/rapport/customer/match"
	"github.com/rapport-go/rapport/examples/crm/internal/database"
)

// matcher keeps the proposals of the version of the data that they were made from.
type matcher struct {
	mu      sync.Mutex
	version int64
	made    bool
	list    []ProposalView
}

// matchRow is a row for the matcher.
type matchRow struct{ id, given, surname, born, email, phone string }

func rowOf(r *record) matchRow {
	p := matchRow{id: r.id, born: r.c.Birth.String()}
	if name, ok := r.c.Name(); ok {
		p.given, _ = name.Field("given", "")
		p.surname, _ = name.Field("surname", "")
	}
	for _, x := range r.c.Points {
		switch {
		case x.Kind == customer.Email && p.email == "":
			p.email = x.Canonical
		case x.Kind == customer.Phone && p.phone == "":
			p.phone = x.Canonical
		}
	}
	return p
}

// matchModel is the standard model with probabilities of chance agreement that fit a list
// of some hundred to some thousand people, as a host keeps them.
func matchModel() (*match.Schema[matchRow], *match.Model, error) {
	s, err := match.NewSchema(func(p matchRow) string { return p.id }, []match.Field[matchRow]{
		{Name: "given", Role: match.RoleGiven, Read: func(p matchRow) string { return p.given }},
		{Name: "surname", Role: match.RoleSurname, Read: func(p matchRow) string { return p.surname }},
		{Name: "born", Role: match.RoleBirth, Read: func(p matchRow) string { return p.born }},
		{Name: "email", Role: match.RoleEmail, Read: func(p matchRow) string { return p.email }},
		{Name: "phone", Role: match.RolePhone, Read: func(p matchRow) string { return p.phone }},
	}, nil)
	if err != nil {
		return nil, nil, err
	}
	m := match.Standard(s)
	for i := range m.Comparisons {
		levels, u := m.Comparisons[i].Levels, 1e-3
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

// Proposals are customers who may be one person, the likeliest first.
func (a *App) Proposals(ctx context.Context) ([]ProposalView, error) {
	a.matcher.mu.Lock()
	defer a.matcher.mu.Unlock()
	version := a.world.known()
	if a.matcher.made && a.matcher.version == version {
		return a.matcher.list, nil
	}
	list, _ := a.world.all()
	s, m, err := matchModel()
	if err != nil {
		return nil, err
	}
	ix, err := match.NewIndex(s, m)
	if err != nil {
		return nil, err
	}
	err = ix.Add(func(yield func(matchRow) bool) {
		for _, r := range list {
			if !yield(rowOf(r)) {
				return
			}
		}
	}, nil)
	if err != nil {
		return nil, err
	}
	for _, r := range list {
		for _, other := range r.c.NotSame {
			ix.Decide(r.id, string(other))
		}
	}
	pairs, _, err := ix.Pairs(nil)
	if err != nil {
		return nil, err
	}
	const most = 100
	out := []ProposalView{}
	for _, p := range pairs {
		if p.Verdict == match.Different || len(out) == most {
			continue
		}
		why, err := ix.Explain(p.A, p.B)
		if err != nil {
			return nil, err
		}
		if v, ok := a.proposal(why); ok {
			out = append(out, v)
		}
	}
	a.matcher.list, a.matcher.version, a.matcher.made = out, version, true
	return out, ctx.Err()
}

func (a *App) proposal(x match.Explanation) (ProposalView, bool) {
	left, ok1 := a.world.find(x.A)
	right, ok2 := a.world.find(x.B)
	if !ok1 || !ok2 || left.id == right.id {
		return ProposalView{}, false
	}
	v := ProposalView{
		ID: x.A + "~" + x.B, Left: a.row(left), Right: a.row(right), Verdict: x.Verdict.String(),
		Percent: percent(x.Probability()), Weight: strconv.FormatFloat(x.Weight, 'f', 1, 64), Terms: []TermView{}, Notes: []string{},
	}
	for _, t := range x.Terms {
		v.Terms = append(v.Terms, TermView{Field: t.Comparison, Level: t.Level, Weight: strconv.FormatFloat(t.Weight+t.Adjustment, 'f', 1, 64)})
	}
	for _, veto := range x.Vetoes {
		v.Notes = append(v.Notes, "against it: "+strings.ReplaceAll(veto.Kind.String(), "_", " "))
	}
	for _, d := range x.Demoted {
		v.Notes = append(v.Notes, "counts for nothing: a value of "+d.Field)
	}
	return v, true
}

// percent is a share of one in percent, with a decimal.
func percent(share float64) string { return strconv.FormatFloat(100*share, 'f', 1, 64) }

// Merge makes one customer part of another.
func (a *App) Merge(ctx context.Context, c MergeCommand) (MergeView, error) {
	asked := c
	asked.Key = ""
	who := a.world.resolve(c.Winner)
	view, replayed, err := once(ctx, a, "merge", c.Key, who, asked, func(ctx context.Context, u unit) (MergeView, error) {
		winner, ok1 := a.world.find(c.Winner)
		loser, ok2 := a.world.find(c.Loser)
		var wrong check
		wrong.need(ok1, "/winner", "not_found", "there is no such customer")
		wrong.need(ok2, "/loser", "not_found", "there is no such customer")
		wrong.need(!ok1 || !ok2 || winner.id != loser.id, "/loser", "same", "the two are one customer already")
		if err := wrong.err(); err != nil {
			return MergeView{}, err
		}
		people := u.people()
		after, plan, err := people.Merge(ctx, customer.Request{Key: u.part("merge"), ID: winner.c.ID, At: u.at, Options: customer.DecideOptions{Actor: c.Agent, Source: "desk"}}, loser.c.ID, &customer.MergePolicy{Reason: "merged at the desk"})
		if err != nil {
			return MergeView{}, err
		}
		m := database.Merge{Winner: winner.id, Loser: loser.id, At: u.at, Agent: c.Agent, Conflicts: []string{}}
		for _, x := range plan.Conflicts {
			m.Conflicts = append(m.Conflicts, fmt.Sprintf("%s: that of %s stays (%s)", x.Field, x.Kept, x.Why))
		}
		for e, err := range people.History(ctx, after.ID) {
			if err != nil {
				return MergeView{}, err
			}
			if b, ok := e.Body.(customer.CustomersMerged); ok && b.Loser == loser.c.ID {
				m.ID = e.ID
			}
		}
		return mergeView(m), database.AddMerge(ctx, u.Tx, m)
	})
	if err != nil || replayed {
		return view, err
	}
	return view, a.world.refresh(ctx, a, view.Loser, view.Winner)
}

func mergeView(m database.Merge) MergeView {
	return MergeView{ID: m.ID, Winner: m.Winner, Loser: m.Loser, At: m.At, By: m.Agent, Conflicts: m.Conflicts, Undone: m.Undone}
}

// UndoMerge undoes a merge.
func (a *App) UndoMerge(ctx context.Context, c UndoMergeCommand) (MergeView, error) {
	m, ok, err := database.FindMerge(ctx, a.db.Reader(), c.Merge)
	if err != nil {
		return MergeView{}, err
	}
	if !ok {
		return MergeView{}, notFound("/merge", "merge")
	}
	asked := c
	asked.Key = ""
	view, replayed, err := once(ctx, a, "undo merge", c.Key, m.Winner, asked, func(ctx context.Context, u unit) (MergeView, error) {
		_, plan, err := u.people().Unmerge(ctx, customer.Request{Key: u.part("undo"), ID: customer.ID(m.Winner), At: u.at, Options: customer.DecideOptions{Actor: c.Agent, Source: "desk"}}, c.Merge, &customer.UnmergeOptions{Reason: "undone at the desk"})
		if err != nil {
			return MergeView{}, err
		}
		m.Undone = true
		v := mergeView(m)
		for _, x := range plan.Ambiguous {
			v.Conflicts = append(v.Conflicts, "stays with "+string(x.To)+": "+x.Kind+" ("+x.Why+")")
		}
		return v, database.UndoMerge(ctx, u.Tx, c.Merge)
	})
	if err != nil || replayed {
		return view, err
	}
	return view, a.world.refresh(ctx, a, m.Winner, m.Loser)
}

// Distinct records that two customers are not the same person: they are not proposed again.
func (a *App) Distinct(ctx context.Context, c DistinctCommand) error {
	left, ok1 := a.world.find(c.Left)
	right, ok2 := a.world.find(c.Right)
	var wrong check
	wrong.need(ok1, "/left", "not_found", "there is no such customer")
	wrong.need(ok2, "/right", "not_found", "there is no such customer")
	wrong.need(!ok1 || !ok2 || left.id != right.id, "/right", "same", "the two are one customer")
	if err := wrong.err(); err != nil {
		return err
	}
	asked := c
	asked.Key = ""
	_, _, err := once(ctx, a, "distinct", c.Key, left.id, asked, func(ctx context.Context, u unit) (bool, error) {
		for _, pair := range [][2]customer.ID{{left.c.ID, right.c.ID}, {right.c.ID, left.c.ID}} {
			_, err := u.people().Do(ctx, customer.Request{Key: u.part("distinct " + string(pair[0])), ID: pair[0], At: u.at, Options: customer.DecideOptions{Source: "desk"}}, customer.NotSameDecided{Other: pair[1], Reason: "decided at the desk"})
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	return a.world.refresh(ctx, a, left.id, right.id)
}

// Merges are the merges that were made, the newest first.
func (a *App) Merges(ctx context.Context) ([]MergeView, error) {
	list, err := database.Merges(ctx, a.db.Reader())
	out := []MergeView{}
	for _, m := range list {
		out = append(out, mergeView(m))
	}
	return out, err
}

// mergesOf are the merges of a customer that can be undone, and who may be the same.
func (a *App) mergesOf(ctx context.Context, r *record) ([]MergeView, []ProposalView, error) {
	merges := []MergeView{}
	all, err := a.Merges(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, m := range all {
		if m.Winner == r.id && !m.Undone {
			merges = append(merges, m)
		}
	}
	proposals := []ProposalView{}
	list, err := a.Proposals(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, p := range list {
		if slices.Contains([]string{p.Left.ID, p.Right.ID}, r.id) {
			proposals = append(proposals, p)
		}
	}
	return merges, proposals, nil
}
