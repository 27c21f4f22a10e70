package customer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/rapport-go/rapport/customer"
)

// opOf is one thing that happened to a customer of the naive model: a tag that was set by
// some id, or a merge with all that had happened to the other.
type opOf struct {
	tag   string
	by    customer.ID
	about customer.ID // whose point was marked
	merge string
	loser customer.ID
	ops   []opOf
}

// tagsOf are the tags that a list of things comes to.
func tagsOf(ops []opOf) []string {
	out := []string{}
	for _, o := range ops {
		switch {
		case o.merge != "":
			out = append(out, tagsOf(o.ops)...)
		case o.tag != "":
			out = append(out, o.tag)
		}
	}
	sort.Strings(out)
	return out
}

// membersOf are the ids that were merged in.
func membersOf(ops []opOf) []customer.ID {
	out := []customer.ID{}
	for _, o := range ops {
		if o.merge != "" {
			out = append(append(out, o.loser), membersOf(o.ops)...)
		}
	}
	slices.Sort(out)
	return out
}

// mergeModel is customers as trees of what happened, against a Directory.
type mergeModel struct {
	t      *rapid.T
	h      *host
	live   map[customer.ID][]opOf
	gone   map[customer.ID][]string // erased, with their tags
	n      int
	counts map[string]int

	searched bool // whether the bytes were searched since the last erasure
}

func (m *mergeModel) roots() []customer.ID {
	out := []customer.ID{}
	for id := range m.live {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

func (m *mergeModel) rootOf(id customer.ID) customer.ID {
	for _, root := range m.roots() {
		if root == id || slices.Contains(membersOf(m.live[root]), id) {
			return root
		}
	}
	return ""
}

func (m *mergeModel) tag() {
	root := rapid.SampledFrom(m.roots()).Draw(m.t, "tagged")
	by := rapid.SampledFrom(append([]customer.ID{root}, membersOf(m.live[root])...)).Draw(m.t, "by")
	m.n++
	tag := fmt.Sprintf("fact-%d-of-%s", m.n, by)
	c := m.h.do(by, customer.Tagged{Tag: tag})
	require.Equal(m.t, root, c.ID)
	m.live[root] = append(m.live[root], opOf{tag: tag, by: by})
}

func pointOf(id customer.ID) customer.ContactPoint {
	return must(customer.NewEmail("point-of-" + string(id) + "@example.org"))
}

// marksOf are the marks on the points of a list of things, by the times that each was marked.
func marksOf(ops []opOf) map[customer.ID]int {
	out := map[customer.ID]int{}
	for _, o := range ops {
		if o.about != "" {
			out[o.about]++
		}
		for id, n := range marksOf(o.ops) {
			out[id] += n
		}
	}
	return out
}

// mark is a change that is addressed to nobody who was merged, about a point of one of them.
func (m *mergeModel) mark() {
	root := rapid.SampledFrom(m.roots()).Draw(m.t, "marked")
	about := rapid.SampledFrom(append([]customer.ID{root}, membersOf(m.live[root])...)).Draw(m.t, "about")
	m.h.do(root, customer.PointStatusChanged{Point: pointOf(about).Ref(), Change: customer.PointChange{Status: customer.SoftBounce}})
	m.live[root] = append(m.live[root], opOf{by: root, about: about})
	if about != root {
		m.counts["about a guest, addressed to nobody"]++
	}
}

func (m *mergeModel) merge() {
	roots := m.roots()
	if len(roots) < 2 {
		return
	}
	pair := rapid.Permutation(roots).Draw(m.t, "pair")
	winner, loser := pair[0], pair[1]
	asked := rapid.SampledFrom(append([]customer.ID{loser}, membersOf(m.live[loser])...)).Draw(m.t, "asked")
	before := must(m.h.d.Load(context.Background(), winner))
	_, _, err := m.h.d.Merge(context.Background(), m.h.request(winner), asked, nil)
	if errors.Is(err, customer.ErrMerge) {
		m.counts["refused as not the same"]++
		m.lift(winner, loser)
		m.lift(loser, winner)
		before = must(m.h.d.Load(context.Background(), winner))
		_, _, err = m.h.d.Merge(context.Background(), m.h.request(winner), asked, nil)
		m.counts["merged again"]++
	}
	require.NoError(m.t, err)
	if len(membersOf(m.live[loser])) > 0 {
		m.counts["merge of a merge"]++
	}
	m.live[winner] = append(m.live[winner], opOf{merge: fmt.Sprintf("%s/%d", winner, before.Revision+1), loser: loser, ops: m.live[loser]})
	delete(m.live, loser)
}

func (m *mergeModel) lift(from, about customer.ID) {
	c := must(m.h.d.Load(context.Background(), from))
	for _, id := range append([]customer.ID{about}, membersOf(m.live[about])...) {
		if slices.Contains(c.NotSame, id) {
			m.h.do(from, customer.NotSameLifted{Other: id})
		}
	}
}

func (m *mergeModel) undo() {
	type choice struct {
		root customer.ID
		at   int
	}
	var all []choice
	for _, root := range m.roots() {
		for i, o := range m.live[root] {
			if o.merge != "" {
				all = append(all, choice{root, i})
			}
		}
	}
	if len(all) == 0 {
		return
	}
	c := rapid.SampledFrom(all).Draw(m.t, "undone")
	ops := m.live[c.root]
	o := ops[c.at]
	var follow []customer.ID
	for _, later := range ops[c.at+1:] {
		if later.merge != "" {
			m.counts["not the last merge"]++
			if rapid.Bool().Draw(m.t, "follows") {
				follow = append(follow, later.loser)
				m.counts["followed"]++
			}
		}
	}
	if o.merge[:len(c.root)] != string(c.root) {
		m.counts["a merge that came with another"]++
	}
	mine, theirs := slices.Clone(ops[:c.at]), slices.Clone(o.ops)
	ids := append([]customer.ID{o.loser}, membersOf(o.ops)...)
	for _, later := range ops[c.at+1:] {
		goes := slices.Contains(ids, later.by) || slices.Contains(ids, later.about)
		if later.merge != "" {
			if goes = slices.Contains(follow, later.loser); goes {
				ids = append(append(ids, later.loser), membersOf(later.ops)...)
			}
		}
		if goes {
			theirs = append(theirs, later)
		} else {
			mine = append(mine, later)
		}
	}
	if slices.ContainsFunc(mine[:c.at], func(o opOf) bool { return o.merge != "" }) {
		m.counts["an earlier merge stands"]++
	}
	_, plan, err := m.h.d.Unmerge(context.Background(), m.h.request(c.root), o.merge, &customer.UnmergeOptions{Follow: follow})
	require.NoError(m.t, err)
	require.Equal(m.t, o.loser, plan.Loser)
	require.Contains(m.t, plan.WinnerResult.NotSame, o.loser)
	require.Contains(m.t, plan.LoserResult.NotSame, c.root)
	m.live[c.root], m.live[o.loser] = mine, theirs
	_, _, err = m.h.d.Unmerge(context.Background(), m.h.request(c.root), o.merge, nil)
	require.ErrorIs(m.t, err, customer.ErrMerge, "it is taken back once")
}

func (m *mergeModel) erase() {
	roots := m.roots()
	if len(roots) < 2 {
		return
	}
	root := rapid.SampledFrom(roots).Draw(m.t, "erased")
	_, err := m.h.d.Erase(context.Background(), m.h.request(root), nil)
	require.NoError(m.t, err)
	m.counts["erased"]++
	for _, id := range append([]customer.ID{root}, membersOf(m.live[root])...) {
		m.gone[id] = append(tagsOf(m.live[root]), "point-of-"+string(id))
	}
	delete(m.live, root)
}

// check compares all that there is with the model. What two ways of asking read from one
// history is read once where more steps follow: who was merged away is looked up, and the
// state of who is live is not folded twice.
func (m *mergeModel) check(ids []customer.ID, last bool) {
	ctx := context.Background()
	all := ""
	if len(m.gone) > 0 && !m.searched {
		all = string(m.h.everything(ids...))
	}
	for _, id := range ids {
		if tags, erased := m.gone[id]; erased {
			c := must(m.h.d.Load(ctx, id))
			require.Equal(m.t, customer.IsErased, c.State)
			require.NotNil(m.t, c.Receipt)
			for _, tag := range tags {
				require.False(m.t, strings.Contains(all, tag), "%s of %s, who was erased", tag, id)
			}
			continue
		}
		root := m.rootOf(id)
		if id != root || last {
			own := must(m.h.d.AsOf(ctx, id, minute(1_000_000)))
			require.Equal(m.t, id != root, own.State == customer.MergedAway)
		}
		if id != root && !last {
			require.Equal(m.t, root, must(m.h.store.Resolve(ctx, id)), "%s resolves", id)
			continue
		}
		c := must(m.h.d.Load(ctx, id))
		require.Equal(m.t, root, c.ID, "%s resolves", id)
		require.ElementsMatch(m.t, tagsOf(m.live[root]), c.Tags, "%s", id)
		require.ElementsMatch(m.t, membersOf(m.live[root]), c.Absorbed, "%s", id)
		require.NotContains(m.t, c.NotSame, c.ID)
		require.Len(m.t, c.Points, 1+len(c.Absorbed))
		marks := marksOf(m.live[root])
		for _, whose := range append([]customer.ID{root}, c.Absorbed...) {
			i := slices.IndexFunc(c.Points, func(p customer.ContactPoint) bool { return p.Ref() == pointOf(whose).Ref() })
			require.GreaterOrEqual(m.t, i, 0)
			require.Len(m.t, c.Points[i].History, marks[whose], "%s in %s", whose, root)
		}
		require.NoError(m.t, c.Validate())
		require.NotEqual(m.t, customer.MergedAway, c.State)
	}
}

// Merges, merges of merges, and unmerges in any order, with whoever follows, with
// erasures of some meanwhile, come to what a model of plain trees comes to.
func TestUnmergeInAnyOrder(t *testing.T) {
	t.Parallel()
	counts := map[string]int{}
	reaches(t, counts, []string{
		"refused as not the same", "merged again", "merge of a merge", "not the last merge", "followed", "a merge that came with another",
		"an earlier merge stands", "erased", "about a guest, addressed to nobody",
	}, func(t *rapid.T) {
		var sealer customer.Sealer
		if rapid.Bool().Draw(t, "sealed") {
			sealer = &vault{keys: map[customer.ID][]byte{}}
		}
		m := &mergeModel{t: t, h: newHost(t, sealer), live: map[customer.ID][]opOf{}, gone: map[customer.ID][]string{}, counts: counts}
		ids := []customer.ID{"a", "b", "c", "d", "e"}
		for _, id := range ids {
			m.h.do(id, customer.Created{}, customer.PointAdded{Point: pointOf(id)})
			m.live[id] = nil
		}
		for range rapid.IntRange(12, 24).Draw(t, "steps") {
			m.searched = true
			switch pick(t, "step", 32) {
			case 0, 1, 2, 3:
				m.tag()
			case 4, 5, 6, 7, 8, 9:
				m.mark()
			case 10:
				m.erase()
				m.searched = false
			case 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21:
				m.merge()
			default:
				m.undo()
			}
			m.check(ids, false)
		}
		m.searched = false
		m.check(ids, true)
	})
}

// Those who left before somebody who was erased meanwhile can be erased too, and whoever
// stays keeps what they have.
func TestErasureKeepsWhoStays(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	for _, id := range []customer.ID{"a", "b", "c", "d"} {
		h.do(id, customer.Created{}, customer.Tagged{Tag: "of " + string(id)})
	}
	for _, id := range []customer.ID{"d", "b", "c"} {
		_, _, err := h.d.Merge(ctx, h.request("a"), id, nil)
		require.NoError(t, err)
	}
	h.do("a", customer.Tagged{Tag: "later"})
	for i, id := range []customer.ID{"b", "c"} {
		_, plan, err := h.d.Unmerge(ctx, h.request("a"), fmt.Sprintf("a/%d", 4+i), nil)
		require.NoError(t, err)
		require.Equal(t, id, plan.Loser)
	}
	for _, id := range []customer.ID{"c", "b"} {
		_, err := h.d.Erase(ctx, h.request(id), nil)
		require.NoError(t, err)
		a := must(h.d.Load(ctx, "d"))
		require.Equal(t, []string{"of a", "of d", "later"}, a.Tags, "after %s was erased", id)
		require.NotContains(t, string(h.everything("a", "b", "c", "d")), "of "+string(id))
	}
	a, _, err := h.d.Unmerge(ctx, h.request("a"), "a/3", nil)
	require.NoError(t, err, "what stands can still be taken back")
	require.Equal(t, []string{"of a", "later"}, a.Tags)
	require.Equal(t, []string{"of d"}, must(h.d.Load(ctx, "d")).Tags)
}

// Two merges of the same pair in opposite directions at once: one is made, both ids lead
// to one customer, and no redirect runs in a circle.
func TestMergesBothWaysAtOnce(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for range 40 {
		h := newHost(t, nil)
		h.do("a", customer.Created{}, customer.Tagged{Tag: "of a"})
		h.do("b", customer.Created{}, customer.Tagged{Tag: "of b"})
		requests := []customer.Request{h.request("a"), h.request("b")}
		var wg sync.WaitGroup
		for i, other := range []customer.ID{"b", "a"} {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, _, err := h.d.Merge(ctx, requests[i], other, nil)
				if err != nil && !errors.Is(err, customer.ErrRevision) && !errors.Is(err, customer.ErrMerge) && !errors.Is(err, customer.ErrEvent) {
					t.Error(err)
				}
			}()
		}
		wg.Wait()
		a, b := must(h.d.Load(ctx, "a")), must(h.d.Load(ctx, "b"))
		require.Equal(t, a.ID, b.ID)
		require.Len(t, a.Absorbed, 1)
		require.ElementsMatch(t, []string{"of a", "of b"}, a.Tags)
	}
}

// A guest of a guest is found where the host of the guest went with another.
func TestErasureFindsGuestsOfFollowers(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	h := newHost(t, nil)
	for _, id := range []customer.ID{"a", "b", "c", "e"} {
		h.do(id, customer.Created{}, customer.PointAdded{Point: pointOf(id)})
	}
	for _, pair := range [][2]customer.ID{{"e", "b"}, {"c", "a"}, {"e", "c"}} {
		_, _, err := h.d.Merge(ctx, h.request(pair[0]), pair[1], nil)
		require.NoError(t, err)
	}
	h.do("e", customer.PointMarked{Point: pointOf("a").Ref(), Shared: true})
	for _, undo := range []struct {
		of     customer.ID
		merge  string
		follow []customer.ID
	}{{"e", "e/3", []customer.ID{"c"}}, {"b", "e/4", nil}, {"c", "c/3", nil}} {
		_, _, err := h.d.Unmerge(ctx, h.request(undo.of), undo.merge, &customer.UnmergeOptions{Follow: undo.follow})
		require.NoError(t, err)
	}
	_, err := h.d.Erase(ctx, h.request("a"), nil)
	require.NoError(t, err)
	require.NotContains(t, string(h.everything("a", "b", "c", "e")), "point-of-a")
	for _, id := range []customer.ID{"b", "c", "e"} {
		require.Len(t, must(h.d.Load(ctx, id)).Points, 1, "%s keeps what is theirs", id)
	}
}
