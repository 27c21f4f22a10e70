package desk

import (
	"context"
	"errors"
)

// Customers is one page of the customer list, by name.
func (a *App) Customers(ctx context.Context, q CustomerQuery) (CustomerList, error) {
	return CustomerList{}, errors.ErrUnsupported
}

// Customer is the page of one customer. A nil o masks contact points.
func (a *App) Customer(ctx context.Context, id string, o *CustomerOptions) (CustomerPage, error) {
	return CustomerPage{}, errors.ErrUnsupported
}

// AddContactPoint adds a contact point to a customer.
func (a *App) AddContactPoint(ctx context.Context, c ContactPointCommand) (ContactView, error) {
	return ContactView{}, errors.ErrUnsupported
}
