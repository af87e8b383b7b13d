// A function in plain C: takes each event from the Runtime API and answers with what it finds about itself.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static char reply[1 << 16];

// One request on a connection of its own; the whole reply ends up in `reply`.
static void call(const char *request) {
  const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
  char host[64] = {0};
  int port = 0;
  if (!api || sscanf(api, "%63[^:]:%d", host, &port) != 2) exit(2);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  inet_pton(AF_INET, host, &address.sin_addr);
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) exit(3);
  if (write(connection, request, strlen(request)) < 0) exit(4);
  size_t held = 0;
  for (ssize_t got; held < sizeof reply - 1; held += got)
    if ((got = read(connection, reply + held, sizeof reply - 1 - held)) <= 0) break;
  reply[held] = 0;
  close(connection);
}

static int maps_hold(const char *word) {
  char line[512];
  int found = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  while (maps && fgets(line, sizeof line, maps)) found |= strstr(line, word) != NULL;
  if (maps) fclose(maps);
  return found;
}

int main(void) {
  for (;;) {
    char id[128] = {0}, folder[256] = {0}, body[1024], request[2048];
    call("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n");
    for (char *line = strstr(reply, "\r\n"); line; line = strstr(line + 2, "\r\n"))
      if (strncasecmp(line + 2, "lambda-runtime-aws-request-id:", 30) == 0) sscanf(line + 32, " %127[^\r]", id);
    const char *path = getenv("LD_LIBRARY_PATH");
    int size = snprintf(body, sizeof body,
        "{\"musl\":%s,\"glibc\":%s,\"ours\":%s,\"libraryPath\":\"%s\",\"folder\":\"%s\"}",
        maps_hold("ld-musl") ? "true" : "false", maps_hold("libc.so.6") ? "true" : "false",
        maps_hold("/kambda/") ? "true" : "false", path ? path : "", getcwd(folder, sizeof folder));
    snprintf(request, sizeof request,
        "POST /2018-06-01/runtime/invocation/%s/response HTTP/1.1\r\nHost: l\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
        id, size, body);
    call(request);
  }
}
