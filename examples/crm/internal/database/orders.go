package database

import (
	"context"
	"database/sql"
	"time"
)

// Order is an order or, with Returned, goods that came back.
type Order struct {
	Number   string
	Customer string
	At       time.Time
	Minor    int64 // in whole minor units; below zero where goods came back
	Country  string
	Returned bool
	Of       string // of a return: the order; empty where that is not known
	Source   string // import or desk
	Items    []Item
}

// Item is a line of an order.
type Item struct {
	Item  string
	Minor int64
}

// AddOrder writes an order with its items; ok is false where the number is known.
func AddOrder(ctx context.Context, tx Tx, o Order) (ok bool, err error) {
	returned := 0
	if o.Returned {
		returned = 1
	}
	ok, err = inserted(tx.ExecContext(ctx, `INSERT INTO crm_order (number, customer, at, minor, country, returned, of, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		o.Number, o.Customer, Micros(o.At), o.Minor, o.Country, returned, o.Of, o.Source))
	if err != nil || !ok {
		return ok, err
	}
	for i, item := range o.Items {
		if _, err := tx.ExecContext(ctx, `INSERT INTO crm_item (number, line, item, minor) VALUES (?, ?, ?, ?)`, o.Number, i+1, item.Item, item.Minor); err != nil {
			return false, err
		}
	}
	return true, nil
}

// FindOrder reads an order with its items.
func FindOrder(ctx context.Context, tx Tx, number string) (o Order, ok bool, err error) {
	list, err := orders(ctx, tx, `WHERE o.number = ?`, number)
	if err != nil || len(list) == 0 {
		return o, false, err
	}
	return list[0], true, nil
}

// OrdersOf reads the orders of a customer in order of time.
func OrdersOf(ctx context.Context, tx Tx, customer string) ([]Order, error) {
	return orders(ctx, tx, `WHERE o.customer = ?`, customer)
}

// Orders reads all orders in order of time.
func Orders(ctx context.Context, tx Tx) ([]Order, error) { return orders(ctx, tx, ``) }

func orders(ctx context.Context, tx Tx, where string, args ...any) ([]Order, error) {
	var out []Order
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var o Order
		var at int64
		var item sql.NullString
		var minor sql.NullInt64
		if err := rows.Scan(&o.Number, &o.Customer, &at, &o.Minor, &o.Country, &o.Returned, &o.Of, &o.Source, &item, &minor); err != nil {
			return err
		}
		o.At = Time(at)
		if n := len(out); n == 0 || out[n-1].Number != o.Number {
			out = append(out, o)
		}
		if item.Valid {
			last := &out[len(out)-1]
			last.Items = append(last.Items, Item{item.String, minor.Int64})
		}
		return nil
	}, `SELECT o.number, o.customer, o.at, o.minor, o.country, o.returned, o.of, o.source, i.item, i.minor
		FROM crm_order o LEFT JOIN crm_item i ON i.number = o.number `+where+` ORDER BY o.at, o.number, i.line`, args...)
	return out, err
}

// Counts is how much there is.
type Counts struct{ Orders, Contacts, Answers int64 }

// Count counts rows.
func Count(ctx context.Context, tx Tx) (c Counts, err error) {
	err = tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM crm_order), (SELECT count(*) FROM crm_contact), (SELECT count(*) FROM crm_answer)`).
		Scan(&c.Orders, &c.Contacts, &c.Answers)
	return c, err
}
