package database

import (
	"context"
	"database/sql"
	"time"
)

// Contact is one contact with a customer, over any channel.
type Contact struct {
	ID       string
	Customer string
	At       time.Time
	Channel  string
	Inbound  bool
	Stage    string
	Purpose  string
	Case     string
	Order    string
	Agent    string
	Note     bool // among staff: no contact with the customer
	Text     string
}

// AddContact writes a contact; ok is false where the id is known.
func AddContact(ctx context.Context, tx Tx, c Contact) (ok bool, err error) {
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	return inserted(tx.ExecContext(ctx, `INSERT INTO crm_contact (id, customer, at, channel, inbound, stage, purpose, case_id, order_number, agent, note, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		c.ID, c.Customer, Micros(c.At), c.Channel, flag(c.Inbound), c.Stage, c.Purpose, c.Case, c.Order, c.Agent, flag(c.Note), c.Text))
}

// ContactsOf reads the contacts of a customer in order of time.
func ContactsOf(ctx context.Context, tx Tx, customer string) ([]Contact, error) {
	return contacts(ctx, tx, `WHERE customer = ? ORDER BY at, id`, customer)
}

// ContactsOfCase reads the contacts of a case in order of time.
func ContactsOfCase(ctx context.Context, tx Tx, id string) ([]Contact, error) {
	return contacts(ctx, tx, `WHERE case_id = ? AND case_id <> '' ORDER BY at, id`, id)
}

// Contacts reads all contacts in order of time.
func Contacts(ctx context.Context, tx Tx) ([]Contact, error) {
	return contacts(ctx, tx, `ORDER BY at, id`)
}

func contacts(ctx context.Context, tx Tx, where string, args ...any) ([]Contact, error) {
	var out []Contact
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var c Contact
		var at int64
		if err := rows.Scan(&c.ID, &c.Customer, &at, &c.Channel, &c.Inbound, &c.Stage, &c.Purpose, &c.Case, &c.Order, &c.Agent, &c.Note, &c.Text); err != nil {
			return err
		}
		c.At = Time(at)
		out = append(out, c)
		return nil
	}, `SELECT id, customer, at, channel, inbound, stage, purpose, case_id, order_number, agent, note, text FROM crm_contact `+where, args...)
	return out, err
}

// Offer is an action that was taken for a customer.
type Offer struct {
	ID       string
	Customer string
	Action   string
	At       time.Time
	Declined bool
}

// AddOffer writes an offer.
func AddOffer(ctx context.Context, tx Tx, o Offer) error {
	declined := 0
	if o.Declined {
		declined = 1
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO crm_offer (id, customer, action, at, declined) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, o.ID, o.Customer, o.Action, Micros(o.At), declined)
	return err
}

// OffersOf reads the offers to a customer in order of time.
func OffersOf(ctx context.Context, tx Tx, customer string) (out []Offer, err error) {
	err = each(ctx, tx, func(rows *sql.Rows) error {
		var o Offer
		var at int64
		if err := rows.Scan(&o.ID, &o.Customer, &o.Action, &at, &o.Declined); err != nil {
			return err
		}
		o.At = Time(at)
		out = append(out, o)
		return nil
	}, `SELECT id, customer, action, at, declined FROM crm_offer WHERE customer = ? ORDER BY at, id`, customer)
	return out, err
}
