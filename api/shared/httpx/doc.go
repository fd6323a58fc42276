// Package httpx makes the HTTP clients for requests that leave this server.
// There are two, and no switch between them:
//
//   - Operator is for hosts that the operator configured (Ghost, the payment
//     provider, a store): it may reach private addresses;
//   - Public is for every address that came from outside (a federated server, an
//     image in a synced post, a supplier's page): it reaches public addresses
//     only.
//
// Public looks at the address that is being dialled, after the name was
// resolved, so that a name which changes its mind between check and use (DNS
// rebinding) gains nothing. It allows http and https on their own ports, checks
// each redirect like the first request, follows three, ends bodies that are too
// large, and gives up after a set time. The one exception are Peers: exact
// loopback host:port pairs for federation in development and tests.
//
// Neither client uses a proxy from the environment, keeps cookies, or hides a
// refusal: errors.Is(err, ErrRefused) tells it from a network failure. Error
// texts contain addresses and are for the log only.
package httpx
