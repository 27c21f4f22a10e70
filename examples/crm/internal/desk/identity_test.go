package desk_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/rapport-go/rapport/examples/crm/internal/desk"
)

// The newsletter's list has eight people of the shop; each is proposed with reasons.
func TestMergeAndUndo(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	list, err := app.Proposals(ctx)
	require.NoError(t, err)
	require.Len(t, list, 8)
	for _, p := range list {
		require.True(t, strings.HasPrefix(p.Left.ID, "M") && strings.HasPrefix(p.Right.ID, "N"))
		require.Equal(t, p.Left.Name, p.Right.Name)
		require.NotEmpty(t, p.Terms)
	}
	left, right := list[0].Left.ID, list[0].Right.ID
	before, err := app.Customer(ctx, left, &desk.CustomerOptions{Reveal: true})
	require.NoError(t, err)
	require.Len(t, before.Duplicates, 1)
	merged, err := app.Merge(ctx, desk.MergeCommand{Key: "m", Winner: left, Loser: right, Agent: "ada"})
	require.NoError(t, err)
	again, err := app.Merge(ctx, desk.MergeCommand{Key: "m", Winner: left, Loser: right, Agent: "ada"})
	require.NoError(t, err, "a retry finds what was done")
	require.Equal(t, merged, again)
	one, err := app.Customer(ctx, left, &desk.CustomerOptions{Reveal: true})
	require.NoError(t, err)
	require.Equal(t, []desk.MergeView{merged}, one.Merges)
	require.Empty(t, one.Duplicates)
	require.Greater(t, len(one.Contacts), len(before.Contacts))
	gone, err := app.Customer(ctx, right, nil)
	require.NoError(t, err)
	require.Equal(t, left, gone.MergedInto)
	head, err := app.Head(ctx)
	require.NoError(t, err)
	require.Equal(t, int64(367), head.Customers)

	undone, err := app.UndoMerge(ctx, desk.UndoMergeCommand{Key: "u", Merge: merged.ID})
	require.NoError(t, err)
	require.True(t, undone.Undone)
	two, err := app.Customer(ctx, left, &desk.CustomerOptions{Reveal: true})
	require.NoError(t, err)
	require.Equal(t, before.Contacts, two.Contacts)
	require.Empty(t, two.Merges)
	other, err := app.Customer(ctx, right, nil)
	require.NoError(t, err)
	require.Empty(t, other.MergedInto)
	left7, err := app.Proposals(ctx)
	require.NoError(t, err)
	require.Len(t, left7, 7, "whoever was told apart is not proposed again")

	require.NoError(t, app.Distinct(ctx, desk.DistinctCommand{Key: "d", Left: list[1].Left.ID, Right: list[1].Right.ID}))
	left6, err := app.Proposals(ctx)
	require.NoError(t, err)
	require.Len(t, left6, 6)
	problem(t, second(app.Merge(ctx, desk.MergeCommand{Key: "x", Winner: list[1].Left.ID, Loser: list[1].Right.ID})), desk.ErrRefused)
	problem(t, second(app.Merge(ctx, desk.MergeCommand{Key: "y", Winner: left, Loser: left})), desk.ErrInvalid)
	problem(t, second(app.UndoMerge(ctx, desk.UndoMergeCommand{Key: "z", Merge: "none"})), desk.ErrNotFound)
}

// Who was merged into somebody who was merged in turn is found under the last of them, with
// orders and points; and is back after both are undone, the last first.
func TestMergesInARow(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	board, err := app.Dashboard(ctx)
	require.NoError(t, err)
	const a, b, c = "M1014", "M1158", "M1257"
	first, err := app.Merge(ctx, desk.MergeCommand{Key: "1", Winner: b, Loser: a})
	require.NoError(t, err)
	last, err := app.Merge(ctx, desk.MergeCommand{Key: "2", Winner: c, Loser: b})
	require.NoError(t, err)
	for _, id := range []string{a, b} {
		page, err := app.Customer(ctx, id, nil)
		require.NoError(t, err)
		require.Equal(t, c, page.MergedInto)
		account, err := app.Account(ctx, id)
		require.NoError(t, err)
		require.Equal(t, c, account.Account)
		require.Len(t, account.Also, 2, "the accounts of who was merged are told")
		require.Equal(t, a, account.Also[0].Account)
	}
	_, err = app.Earn(ctx, order("k", a, "C-1", "10"))
	require.NoError(t, err)
	page, err := app.Customer(ctx, c, nil)
	require.NoError(t, err)
	require.Equal(t, "C-1", page.Orders[0].Number)
	now, err := app.Dashboard(ctx)
	require.NoError(t, err)
	require.Equal(t, board.Points.Members, now.Points.Members)
	require.Greater(t, now.Points.Issued, board.Points.Issued, "no account is lost to the totals")

	problem(t, second(app.UndoMerge(ctx, desk.UndoMergeCommand{Key: "3", Merge: first.ID})), desk.ErrRefused)
	_, err = app.UndoMerge(ctx, desk.UndoMergeCommand{Key: "4", Merge: last.ID})
	require.NoError(t, err)
	page, err = app.Customer(ctx, a, nil)
	require.NoError(t, err)
	require.Equal(t, b, page.MergedInto)
	_, err = app.UndoMerge(ctx, desk.UndoMergeCommand{Key: "5", Merge: first.ID})
	require.NoError(t, err)
	for _, id := range []string{a, b, c} {
		page, err = app.Customer(ctx, id, nil)
		require.NoError(t, err)
		require.Empty(t, page.MergedInto)
		require.Empty(t, page.Account.Also)
	}
}

// After an erasure nothing of the person is in the files, and an import does not bring
// them back.
func TestErasure(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "crm.db")
	app, _ := open(t, path)
	ctx := t.Context()
	_, err := app.ImportShop(ctx, nil)
	require.NoError(t, err)
	const id, canary = "M1004", "zebrafinch"
	_, err = app.AddContactPoint(ctx, desk.ContactPointCommand{Key: "p", Customer: id, Kind: "email", Value: canary + "@example.org"})
	require.NoError(t, err)
	_, err = app.OpenCase(ctx, desk.OpenCaseCommand{Key: "c", Customer: id, Channel: "email", Subject: canary + " subject", Text: "I am " + canary})
	require.NoError(t, err)
	_, err = app.Answer(ctx, desk.AnswerCommand{Key: "a", Survey: "nps", Customer: id, Answers: json.RawMessage(`{"nps": 2, "nps_improve": "` + canary + `"}`)})
	require.NoError(t, err)

	file, err := app.Export(ctx, id, "json")
	require.NoError(t, err)
	require.Contains(t, string(file.Data), canary)
	var all map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(file.Data, &all))
	for _, part := range []string{"dossier", "orders", "contacts", "answers", "cases", "points"} {
		require.NotEmpty(t, all[part], part)
	}
	card, err := app.Export(ctx, id, "vcard")
	require.NoError(t, err)
	require.Contains(t, string(card.Data), "BEGIN:VCARD")
	require.Contains(t, string(card.Data), canary)
	problem(t, second(app.Export(ctx, id, "pdf")), desk.ErrInvalid)

	board, err := app.Dashboard(ctx)
	require.NoError(t, err)
	require.Equal(t, "/confirm", problem(t, second(app.Erase(ctx, desk.EraseCommand{Key: "e", Customer: id, Confirm: "yes"})), desk.ErrInvalid).Path)
	receipt, err := app.Erase(ctx, desk.EraseCommand{Key: "e", Customer: id, Confirm: id})
	require.NoError(t, err)
	require.NotEmpty(t, receipt.Removed)
	require.NotContains(t, receipt.Customer, id)
	problem(t, second(app.Customer(ctx, id, nil)), desk.ErrNotFound)
	found, err := app.Customers(ctx, desk.CustomerQuery{Text: canary})
	require.NoError(t, err)
	require.Zero(t, found.Total)
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		require.NoError(t, err)
		require.False(t, bytes.Contains(data, []byte(canary)), "%s holds what was erased", suffix)
		require.False(t, bytes.Contains(data, []byte("m1004@example.com")), "%s holds what was erased", suffix)
	}
	kept, err := app.Receipts(ctx)
	require.NoError(t, err)
	require.Equal(t, []desk.ReceiptView{receipt}, kept)

	after, err := app.Dashboard(ctx)
	require.NoError(t, err)
	require.Equal(t, board.Quarters, after.Quarters, "what was sold was sold")
	again, err := app.ImportShop(ctx, nil)
	require.NoError(t, err)
	for _, n := range again.Written {
		require.Zero(t, n.Count, n.Label)
	}
	problem(t, second(app.Customer(ctx, id, nil)), desk.ErrNotFound)
}

func TestAdvice(t *testing.T) {
	t.Parallel()
	app, _ := full(t)
	ctx := t.Context()
	page, err := app.Customer(ctx, "M1299", nil)
	require.NoError(t, err)
	require.NotEmpty(t, page.Advice.Items)
	require.Contains(t, page.Advice.Items[0].Why[0], "because they bought")
	require.NotEmpty(t, page.Advice.Actions)
	first := page.Advice.Actions[0].Action
	later, err := app.Offer(ctx, desk.OfferCommand{Key: "o", Customer: "M1299", Action: first})
	require.NoError(t, err)
	for _, x := range later.Actions {
		require.NotEqual(t, first, x.Action)
	}
	for _, x := range later.Resting {
		if x.Action == first {
			require.False(t, x.Until.IsZero())
			require.Equal(t, "cooling", x.Why)
		}
	}
	_, err = app.RecordConsent(ctx, desk.ConsentCommand{Key: "w", Customer: "M1299", Action: "withdraw", Purpose: "profiling", Channel: "*"})
	require.NoError(t, err)
	page, err = app.Customer(ctx, "M1299", nil)
	require.NoError(t, err)
	require.NotEmpty(t, page.Advice.Note)
	for _, x := range page.Advice.Items {
		require.Contains(t, x.Why[0], "popular", "nothing is worked out from what they bought")
	}
}

// A customer who is quiet for half a year is dormant, and active again with an order.
func TestStages(t *testing.T) {
	t.Parallel()
	app, c := full(t)
	ctx := t.Context()
	stage := func(id string) string {
		p, err := app.Customer(ctx, id, nil)
		require.NoError(t, err)
		return p.Identity.Stage
	}
	_, err := app.Earn(ctx, order("k1", "N0001", "S-1", "10"))
	require.NoError(t, err)
	require.Equal(t, "active", stage("N0001"))
	c.move(100 * 24 * time.Hour)
	require.NoError(t, app.CatchUp(ctx))
	require.Equal(t, "active", stage("N0001"))
	c.move(100 * 24 * time.Hour)
	require.NoError(t, app.CatchUp(ctx))
	p, err := app.Customer(ctx, "N0001", nil)
	require.NoError(t, err)
	require.Equal(t, "dormant", p.Identity.Stage)
	require.Equal(t, "no order for six months", p.Identity.StageWhy)
	_, err = app.Earn(ctx, order("k2", "N0001", "S-2", "10"))
	require.NoError(t, err)
	require.Equal(t, "active", stage("N0001"))
	require.NoError(t, app.CatchUp(ctx))
	require.Equal(t, "active", stage("N0001"), "once for each last order")
}
