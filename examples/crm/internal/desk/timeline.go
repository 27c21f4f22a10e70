package desk

import (
	"context"
	"time"

	"github.com/rapport-go/rapport/examples/crm/internal/database"
	"github.com/rapport-go/rapport/interaction"
)

const timelinePage = 30

// contact is a row of the host as the wing interaction holds it.
func contactOf(c database.Contact, who string) interaction.Interaction {
	x := interaction.Interaction{
		ID: c.ID, Customer: who, At: c.At, Channel: interaction.Channel(c.Channel), Direction: interaction.Outbound,
		Purpose: interaction.Purpose(c.Purpose), Stage: interaction.Stage(c.Stage), Case: c.Case, Agent: c.Agent,
	}
	if c.Inbound {
		x.Direction = interaction.Inbound
	}
	return x
}

// timeline is one page of what passed between the shop and a customer over all channels,
// the newest first. Notes among staff are no contacts.
func (a *App) timeline(ctx context.Context, r *record, loc *time.Location, after string) (TimelineView, error) {
	v := TimelineView{Entries: []TimelineEntry{}, Channels: []Count{}}
	rows := map[string]database.Contact{}
	var records []interaction.Interaction
	ids := []string{r.id}
	for _, x := range r.c.Absorbed {
		ids = append(ids, string(x))
	}
	for _, id := range ids {
		list, err := database.ContactsOf(ctx, a.db.Reader(), id)
		if err != nil {
			return v, err
		}
		for _, c := range list {
			if !c.Note {
				rows[c.ID] = c
				records = append(records, contactOf(c, r.id))
			}
		}
	}
	t, err := interaction.NewTimeline(records...)
	if err != nil {
		return v, err
	}
	v.Total = t.Len()
	for _, n := range interaction.CountChannels(t.All()) {
		v.Channels = append(v.Channels, Count{Label: n.Channel.Label(), Count: int64(n.Count)})
	}
	if _, ok := t.Find(after); after != "" && !ok {
		return v, invalid("/timeline", "unknown", "the cursor is of no entry of this timeline")
	}
	begun := after == ""
	for x := range t.Backward() {
		if !begun {
			begun = x.ID == after
			continue
		}
		if len(v.Entries) == timelinePage {
			v.Next = v.Entries[timelinePage-1].ID
			break
		}
		c := rows[x.ID]
		v.Entries = append(v.Entries, TimelineEntry{
			ID: x.ID, At: x.At, Local: x.At.In(loc).Format("2 Jan 2006, 15:04"), Channel: string(x.Channel), Label: x.Channel.Label(), Inbound: c.Inbound,
			Stage: c.Stage, Purpose: c.Purpose, Case: c.Case, Order: c.Order, Text: c.Text,
		})
	}
	return v, nil
}
