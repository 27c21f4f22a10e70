package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rapport-go/rapport/interaction"
)

// Interactions counts contacts by channel and by stage of the journey.
type Interactions struct {
	Total    int     `json:"total"`
	Note     string  `json:"note,omitempty"`
	Channels []Count `json:"channels"`
	Stages   []Count `json:"stages"`
}

// Count is a number with its label.
type Count struct {
	Label string `json:"label"`
	Count int    `json:"count"`
}

func addInteractions(p *Page, in *input) error {
	timeline, err := merged(in)
	if err != nil {
		return err
	}
	p.Interactions = Interactions{Total: timeline.Len(), Channels: []Count{}, Stages: []Count{}}
	if !in.simulated {
		p.Interactions.Note = "an invoice file tells of orders only; each stands as one contact through the web shop"
	}
	for _, n := range interaction.CountChannels(timeline.All()) {
		p.Interactions.Channels = append(p.Interactions.Channels, Count{n.Channel.Label(), n.Count})
	}
	stages := map[interaction.Stage]int{}
	for x := range timeline.All() {
		stages[x.Stage]++
	}
	for _, s := range interaction.Stages() {
		p.Interactions.Stages = append(p.Interactions.Stages, Count{strings.ReplaceAll(string(s), "_", " "), stages[s]})
	}
	return nil
}

// merged is one timeline over the channels, each of which the shop kept apart.
func merged(in *input) (interaction.Timeline, error) {
	byChannel := map[interaction.Channel][]interaction.Interaction{}
	if in.simulated {
		for _, c := range in.contacts {
			x := interaction.Interaction{
				ID: c.ID, Customer: c.Customer, At: c.At, Channel: interaction.Channel(c.Channel), Direction: interaction.Outbound,
				Purpose: interaction.Purpose(c.Purpose), Stage: interaction.Stage(c.Stage), Case: c.Ticket,
			}
			if c.Inbound {
				x.Direction = interaction.Inbound
			}
			byChannel[x.Channel] = append(byChannel[x.Channel], x)
		}
	} else {
		for _, o := range in.orders {
			x := interaction.Interaction{
				ID: o.number, Customer: o.customer, At: o.at, Channel: interaction.SelfService, Direction: interaction.Inbound, Stage: interaction.Purchase,
			}
			if o.cancelled {
				x.Stage = interaction.PostPurchase
			}
			byChannel[x.Channel] = append(byChannel[x.Channel], x)
		}
	}
	var parts []interaction.Timeline
	var faults []error
	for channel, records := range byChannel { // the order of merging changes nothing
		part, err := interaction.NewTimeline(records...)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", channel, err))
		}
		parts = append(parts, part)
	}
	return interaction.MergeTimelines(parts...), errors.Join(faults...)
}
