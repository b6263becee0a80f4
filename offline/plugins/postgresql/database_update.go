package postgresql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"matrix-synapse/offline/plugins/bridge"
)

func (d *databases) update(ctx context.Context, _ string, state, planned bridge.Values) (bridge.Values, error) {
	before, name := state.Text("name"), planned.Text("name")
	if name == "" {
		return nil, errors.New("error setting database name to an empty string")
	}
	if before != name {
		if err := d.statement(ctx, "error updating database name",
			"ALTER DATABASE "+pq.QuoteIdentifier(before)+" RENAME TO "+pq.QuoteIdentifier(name)); err != nil {
			return nil, err
		}
	}
	if err := d.changeOwner(ctx, name, state, planned); err != nil {
		return nil, err
	}
	alter := "ALTER DATABASE " + pq.QuoteIdentifier(name) + " "
	for _, change := range changes(state, planned) {
		if err := d.statement(ctx, "error updating database "+change.what, alter+change.statement); err != nil {
			return nil, err
		}
	}
	outputs, err := d.read(ctx, name, planned)
	if outputs != nil {
		outputs.Set("id", name)
	}
	return outputs, err
}

type change struct{ what, statement string }

func changes(state, planned bridge.Values) []change {
	var list []change
	if tablespace := planned.Text("tablespaceName"); tablespace != state.Text("tablespaceName") {
		statement := "SET TABLESPACE " + pq.QuoteIdentifier(tablespace)
		if tablespace == "" || strings.EqualFold(tablespace, "DEFAULT") {
			statement = "RESET TABLESPACE"
		}
		list = append(list, change{"TABLESPACE", statement})
	}
	if limit := planned.Whole("connectionLimit"); limit != state.Whole("connectionLimit") {
		list = append(list, change{"CONNECTION LIMIT", fmt.Sprintf("CONNECTION LIMIT = %d", limit)})
	}
	if allow := planned.Truth("allowConnections"); allow != state.Truth("allowConnections") {
		list = append(list, change{"ALLOW_CONNECTIONS", fmt.Sprintf("ALLOW_CONNECTIONS %t", allow)})
	}
	if template := planned.Truth("isTemplate"); template != state.Truth("isTemplate") {
		list = append(list, change{"IS_TEMPLATE", fmt.Sprintf("IS_TEMPLATE %t", template)})
	}
	return list
}

// changeOwner hands over the objects inside as well, if it is told to.
func (d *databases) changeOwner(ctx context.Context, name string, state, planned bridge.Values) error {
	owner, before := planned.Text("owner"), state.Text("owner")
	if owner == "" || owner == before {
		return nil
	}
	if planned.Truth("alterObjectOwnership") {
		err := d.transaction(ctx, name, func(t *transaction) error {
			return t.asMemberOf([]string{before, owner}, func() error {
				return t.exec("error reassigning objects owned by "+before,
					"REASSIGN OWNED BY "+pq.QuoteIdentifier(before)+" TO "+pq.QuoteIdentifier(owner))
			})
		})
		if err != nil {
			return err
		}
	}
	return d.withOwner(ctx, owner, func() error {
		return d.statement(ctx, "error updating database OWNER",
			"ALTER DATABASE "+pq.QuoteIdentifier(name)+" OWNER TO "+pq.QuoteIdentifier(owner))
	})
}

// withOwner makes the connected user a member of the owner while work runs: a user who is no superuser may not make or
// drop another's database. The membership is committed first, for work runs on connections of its own.
func (d *databases) withOwner(ctx context.Context, owner string, work func() error) error {
	pool, err := d.open(ctx, "")
	if err != nil {
		return err
	}
	var member bool
	found, err := scan(pool.QueryRowContext(ctx,
		"SELECT pg_has_role(CURRENT_USER, oid, 'MEMBER') FROM pg_roles WHERE rolname = $1", owner),
		"could not read role membership", &member)
	if err != nil {
		return err
	}
	// An owner that does not exist fails in work, with the server's own words.
	if member || !found {
		return work()
	}
	quoted, user := pq.QuoteIdentifier(owner), pq.QuoteIdentifier(d.user())
	if err := d.statement(ctx, "error granting role "+owner, "GRANT "+quoted+" TO "+user); err != nil {
		return err
	}
	workErr := work()
	return errors.Join(workErr, d.statement(ctx, "error revoking role "+owner, "REVOKE "+quoted+" FROM "+user))
}
