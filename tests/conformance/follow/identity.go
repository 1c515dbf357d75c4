// Identities: a filter chain's demands on the certificate of whoever calls, and Istio's RBAC filters. Enters: the chain of a pod's inbound
// listener, and what its proxy knows of a connection. Leaves: why it is refused, or nothing.

package follow

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	listenerv3 "github.com/envoyproxy/go-control-plane/envoy/config/listener/v3"
	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	rbachttp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/http/rbac/v3"
	hcmv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/http_connection_manager/v3"
	rbactcp "github.com/envoyproxy/go-control-plane/envoy/extensions/filters/network/rbac/v3"
	tlsv3 "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

// peer is what a proxy knows of a connection that it has accepted.
type peer struct {
	spiffe string // empty: it showed no certificate
	sni    string
	port   int
	// The Host of a request; of no interest where bytes pass unread.
	authority string
}

// known is the identity that a client shows, if it shows one.
func known(s stream) string {
	if s.tls == nil || !s.tls.mutual {
		return ""
	}
	return s.tls.spiffe
}

// unfitCertificate says why a chain that ends TLS does not take a client's certificate. Istio lists the trust domains that it takes as
// prefixes (pilot/pkg/security/model/authentication.go, ApplyToCommonTLSContext).
func unfitCertificate(fc *listenerv3.FilterChain, spiffe string) string {
	ctx := &tlsv3.DownstreamTlsContext{}
	if fc.GetTransportSocket() == nil || fc.GetTransportSocket().GetTypedConfig().UnmarshalTo(ctx) != nil {
		return ""
	}
	validation := ctx.GetCommonTlsContext().GetCombinedValidationContext().GetDefaultValidationContext()
	var names []*matcherv3.StringMatcher
	for _, san := range validation.GetMatchTypedSubjectAltNames() {
		names = append(names, san.GetMatcher())
	}
	names = append(names, validation.GetMatchSubjectAltNames()...)
	if len(names) == 0 || slices.ContainsFunc(names, func(m *matcherv3.StringMatcher) bool { return matches(m, spiffe) }) {
		return ""
	}
	return "refuses the certificate of " + spiffe + ": its trust domain is not one that istiod was told"
}

// forbidden says which policy refuses a connection, in the filters of a chain and, for HTTP, of its connection manager.
func forbidden(fc *listenerv3.FilterChain, p peer) string {
	for _, filter := range fc.Filters {
		tcp := &rbactcp.RBAC{}
		if filter.GetTypedConfig().UnmarshalTo(tcp) == nil {
			if why := judged(tcp.GetRules(), p); why != "" {
				return why
			}
		}
		h := &hcmv3.HttpConnectionManager{}
		if filter.GetTypedConfig().UnmarshalTo(h) != nil {
			continue
		}
		for _, inner := range h.GetHttpFilters() {
			http := &rbachttp.RBAC{}
			if inner.GetTypedConfig().UnmarshalTo(http) != nil {
				continue
			}
			if why := judged(http.GetRules(), p); why != "" {
				return why
			}
		}
	}
	return ""
}

func judged(rules *rbacv3.RBAC, p peer) string {
	if rules == nil {
		return ""
	}
	var fits []string
	for name, policy := range rules.GetPolicies() {
		permitted, err := anyOf(policy.GetPermissions(), p.permission)
		if err != nil {
			return err.Error()
		}
		meant, err := anyOf(policy.GetPrincipals(), p.principal)
		if err != nil {
			return err.Error()
		}
		if permitted && meant {
			fits = append(fits, name)
		}
	}
	sort.Strings(fits)
	who := p.spiffe
	if who == "" {
		who = "a caller without certificate"
	}
	switch {
	case rules.GetAction() == rbacv3.RBAC_DENY && len(fits) > 0:
		return fmt.Sprintf("refuses %s with SNI %q%s by policy %s", who, p.sni, p.asks(), fits[0])
	case rules.GetAction() == rbacv3.RBAC_ALLOW && len(fits) == 0:
		return fmt.Sprintf("refuses %s with SNI %q, as no policy allows it", who, p.sni)
	}
	return ""
}

// asks is the Host that is asked for, where one is known.
func (p peer) asks() string {
	if p.authority == "" {
		return ""
	}
	return fmt.Sprintf(" and Host %q", p.authority)
}

func anyOf[T any](all []T, fits func(T) (bool, error)) (bool, error) {
	for _, one := range all {
		if yes, err := fits(one); yes || err != nil {
			return yes, err
		}
	}
	return false, nil
}

func allOf[T any](all []T, fits func(T) (bool, error)) (bool, error) {
	for _, one := range all {
		if yes, err := fits(one); !yes || err != nil {
			return false, err
		}
	}
	return true, nil
}

func (p peer) permission(m *rbacv3.Permission) (bool, error) {
	switch rule := m.GetRule().(type) {
	case *rbacv3.Permission_Any:
		return rule.Any, nil
	case *rbacv3.Permission_AndRules:
		return allOf(rule.AndRules.GetRules(), p.permission)
	case *rbacv3.Permission_OrRules:
		return anyOf(rule.OrRules.GetRules(), p.permission)
	case *rbacv3.Permission_NotRule:
		yes, err := p.permission(rule.NotRule)
		return !yes, err
	case *rbacv3.Permission_Header:
		if rule.Header.GetName() != ":authority" {
			return false, fmt.Errorf("a policy asks for the header %s, which this suite cannot judge", rule.Header.GetName())
		}
		return matches(rule.Header.GetStringMatch(), p.authority) != rule.Header.GetInvertMatch(), nil
	case *rbacv3.Permission_DestinationPort:
		return int(rule.DestinationPort) == p.port, nil
	case *rbacv3.Permission_RequestedServerName:
		// The TLS inspector lowers the client's name.
		return matches(rule.RequestedServerName, strings.ToLower(p.sni)), nil
	}
	return false, fmt.Errorf("a policy asks for %T, which this suite cannot judge", m.GetRule())
}

func (p peer) principal(m *rbacv3.Principal) (bool, error) {
	switch rule := m.GetIdentifier().(type) {
	case *rbacv3.Principal_Any:
		return rule.Any, nil
	case *rbacv3.Principal_AndIds:
		return allOf(rule.AndIds.GetIds(), p.principal)
	case *rbacv3.Principal_OrIds:
		return anyOf(rule.OrIds.GetIds(), p.principal)
	case *rbacv3.Principal_NotId:
		yes, err := p.principal(rule.NotId)
		return !yes, err
	case *rbacv3.Principal_Authenticated_:
		name := rule.Authenticated.GetPrincipalName()
		return p.spiffe != "" && (name == nil || matches(name, p.spiffe)), nil
	case *rbacv3.Principal_FilterState:
		return p.spiffe != "" && rule.FilterState.GetKey() == "io.istio.peer_principal" &&
			matches(rule.FilterState.GetStringMatch(), p.spiffe), nil
	}
	return false, fmt.Errorf("a policy asks for %T, which this suite cannot judge", m.GetIdentifier())
}

func matches(m *matcherv3.StringMatcher, s string) bool {
	if m.GetIgnoreCase() {
		s = strings.ToLower(s)
	}
	lower := func(want string) string {
		if m.GetIgnoreCase() {
			return strings.ToLower(want)
		}
		return want
	}
	switch want := m.GetMatchPattern().(type) {
	case *matcherv3.StringMatcher_Exact:
		return s == lower(want.Exact)
	case *matcherv3.StringMatcher_Prefix:
		return strings.HasPrefix(s, lower(want.Prefix))
	case *matcherv3.StringMatcher_Suffix:
		return strings.HasSuffix(s, lower(want.Suffix))
	case *matcherv3.StringMatcher_Contains:
		return strings.Contains(s, lower(want.Contains))
	case *matcherv3.StringMatcher_SafeRegex:
		whole, err := regexp.Compile("^(?:" + want.SafeRegex.GetRegex() + ")$")
		return err == nil && whole.MatchString(s)
	}
	return false
}
