package desk

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/uptrace/bun"

	"pitdesk/internal/fault"
)

// SetReturnAddress keeps where a player wants to be answered when nobody is there now. It proves nothing about them.
func SetReturnAddress(ctx context.Context, tx bun.Tx, c *Conversation, address string) error {
	address = strings.TrimSpace(address)
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address || len(address) > 254 || holdsCard(address) || strings.ContainsAny(address, "\r\n\x00") {
		return fault.New(fault.Invalid, "This isn't an e-mail address.")
	}
	if c.ReturnAddress != nil && *c.ReturnAddress == address {
		return nil
	}
	if _, err := tx.NewRaw(`update conversations set return_address = ? where tenant_id = current_tenant() and id = ?`,
		address, c.ID).Exec(ctx); err != nil {
		return fmt.Errorf("return address of %s: %w", c.ID, err)
	}
	c.ReturnAddress = &address
	_, err = add(ctx, tx, c, byActor(ctx, entry{kind: Address, visibility: ForStaff, body: address, hasBody: true}))
	return err
}
