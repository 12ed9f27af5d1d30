#include "dataplane/worker/worker.h"

#include <sys/prctl.h>

namespace sbc::worker {

void allow_short_sleeps() { prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0); }

}  // namespace sbc::worker
