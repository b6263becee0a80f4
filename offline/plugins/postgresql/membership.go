package postgresql

import (
	"fmt"

	"github.com/lib/pq"
)

// lockRole keeps other programs from changing the same role until the transaction ends.
func (t *transaction) lockRole(name string) error {
	if err := t.exec("could not disable statement_timeout", "SET statement_timeout = 0"); err != nil {
		return err
	}
	return t.exec("could not get advisory lock for role "+name,
		"SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_roles WHERE rolname = $1", name)
}

// asMemberOf runs work with the connected user in the roles. Only a superuser may act for others without that.
func (t *transaction) asMemberOf(roles []string, work func() error) error {
	var user string
	var super bool
	if _, err := t.found("could not find the current user",
		"SELECT rolname, rolsuper FROM pg_roles WHERE rolname = CURRENT_USER", nil, &user, &super); err != nil {
		return err
	}
	var joined []string
	for _, role := range roles {
		var member bool
		if _, err := t.found("could not read role membership",
			"SELECT pg_has_role($1, oid, 'MEMBER') OR rolsuper FROM pg_roles WHERE rolname = $2",
			[]any{user, role}, &member); err != nil {
			return err
		}
		if super || member || role == user {
			continue
		}
		if err := t.grantRole(role, user); err != nil {
			return err
		}
		joined = append(joined, role)
	}
	if err := work(); err != nil {
		return err
	}
	for _, role := range joined {
		var exists int
		// The work may have dropped the role, and the membership with it.
		found, err := t.found("could not check if role exists", "SELECT 1 FROM pg_roles WHERE rolname = $1", []any{role}, &exists)
		if err != nil {
			return err
		}
		if found {
			if err := t.revokeRole(role, user); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *transaction) grantRole(role, member string) error {
	return t.exec(fmt.Sprintf("could not grant role %s to %s", role, member),
		"GRANT "+pq.QuoteIdentifier(role)+" TO "+pq.QuoteIdentifier(member))
}

func (t *transaction) revokeRole(role, member string) error {
	return t.exec(fmt.Sprintf("could not revoke role %s from %s", role, member),
		"REVOKE "+pq.QuoteIdentifier(role)+" FROM "+pq.QuoteIdentifier(member))
}
