#define _GNU_SOURCE
#include "CLaunch.h"

#include <errno.h>

#ifdef __linux__
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// Asks for the listening sockets of one address family (sock_diag(7)). The tables in /proc/net cannot be asked for these
// alone, and walking every connection of the machine to print them takes milliseconds.
static int dump(int netlink, int family, struct quench_listener *listeners, int room) {
  struct {
    struct nlmsghdr header;
    struct inet_diag_req_v2 request;
  } message = {
      .header = {.nlmsg_len = sizeof message, .nlmsg_type = SOCK_DIAG_BY_FAMILY, .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
      .request = {.sdiag_family = (unsigned char)family, .sdiag_protocol = IPPROTO_TCP, .idiag_states = 1 << 10},
  };
  if (send(netlink, &message, sizeof message, 0) != sizeof message) return -1;
  int count = 0;
  char buffer[16384] __attribute__((aligned(NLMSG_ALIGNTO)));
  for (;;) {
    ssize_t length = recv(netlink, buffer, sizeof buffer, 0);
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) return -1;
    for (struct nlmsghdr *header = (struct nlmsghdr *)buffer; NLMSG_OK(header, length); header = NLMSG_NEXT(header, length)) {
      if (header->nlmsg_type == NLMSG_DONE) return count;
      if (header->nlmsg_type == NLMSG_ERROR) return errno = EOPNOTSUPP, -1;
      const struct inet_diag_msg *socket = NLMSG_DATA(header);
      if (count < room) {
        listeners[count].port = ntohs(socket->id.idiag_sport);
        listeners[count].inode = socket->idiag_inode;
        count++;
      }
    }
  }
}

int quench_listeners(struct quench_listener *listeners, int room) {
  int netlink = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (netlink < 0) return -1;
  int four = dump(netlink, AF_INET, listeners, room);
  int six = four < 0 ? 0 : dump(netlink, AF_INET6, listeners + four, room - four);
  close(netlink);
  if (four < 0) return -1;
  return six < 0 ? four : four + six;
}
#else
int quench_listeners(struct quench_listener *listeners, int room) {
  (void)listeners, (void)room;
  errno = ENOSYS;
  return -1;
}
#endif
