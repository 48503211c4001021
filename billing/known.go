package billing

import (
	"context"
	"time"
)

// Known is Now without usage: it costs no query where the casino's terms are remembered. Pages ask it for what all of them say.
func Known(ctx context.Context) (Account, error) {
	t, err := memory.Of(ctx)
	if err != nil {
		return Account{}, err
	}
	return t.account(ctx, From(ctx).now()), nil
}

// Clock is the time that ctx's office goes by.
func Clock(ctx context.Context) time.Time { return From(ctx).now() }
