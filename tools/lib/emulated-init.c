// The first process of an emulated machine: runs /program, says on the console how it ended, and ends the machine.
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <sys/reboot.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

int main(void) {
    // What the kernel does not know of its command line, and has a "=" in it, it puts into the environment.
    const char *argument = getenv("argument");
    const pid_t child = fork();
    if (child == 0) {
        execl("/program", "program", argument, (char *)NULL);
        perror("init: /program");
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) < 0) perror("init");
    else if (WIFEXITED(status)) printf("init: exit code %d\n", WEXITSTATUS(status));
    else printf("init: ended by signal %d\n", WTERMSIG(status));
    fflush(stdout);
    tcdrain(1);
    // Bochs ends when this word comes to its port 0x8900.
    if (ioperm(0x8900, 1, 1) == 0)
        for (const char *letter = "Shutdown"; *letter; letter++) outb((unsigned char)*letter, 0x8900);
    reboot(RB_POWER_OFF);
}
