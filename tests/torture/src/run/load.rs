//! The clients of a run: made from the plan, let loose, and gathered again.

use std::net::SocketAddr;
use std::sync::Arc;

use seatmap::protocol::live::since::Since;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::stage::organisers_token;
use crate::clients::asking::Asking;
use crate::clients::books::Books;
use crate::clients::buyer::Buyer;
use crate::clients::request::OnSale;
use crate::clients::viewer::{Seen, Viewer};
use crate::plan::{EventPlan, ORGANISER, Plan};

/// Everybody who acts or watches.
pub(super) struct Load {
    buyers: JoinSet<Buyer>,
    viewers: Vec<(usize, watch::Sender<Option<Since>>)>,
    watching: JoinSet<Seen>,
}

impl Load {
    pub(super) fn begin(
        plan: &Plan,
        events: &[i64],
        doors: &[SocketAddr],
        (books, until): (&Arc<Books>, Instant),
    ) -> Self {
        let mut buyers = JoinSet::new();
        for client in &plan.clients {
            let EventPlan { places, table, .. } = plan.events[client.event];
            let event = OnSale { id: events[client.event], places, table };
            let session = client.session.as_str();
            let token = (session == ORGANISER).then(organisers_token);
            let who = (session, token.as_deref());
            let asking = || Asking::new(who, event, plan.seed, doors, Arc::clone(books));
            buyers.spawn(Buyer::new([asking(), asking()], client.clone()).act(until));
        }
        let (mut viewers, mut watching) = (Vec::new(), JoinSet::new());
        for (number, viewer) in plan.viewers.iter().enumerate() {
            let (tell, last) = watch::channel(None);
            viewers.push((viewer.event, tell));
            let id = events[viewer.event];
            let told = (last, Arc::clone(books));
            watching.spawn(Viewer::new(viewer.clone(), number, id, doors, told).watch());
        }
        Self { buyers, viewers, watching }
    }

    /// Waits until every client has done what it does.
    pub(super) async fn buyers(&mut self) -> Vec<Buyer> {
        std::mem::take(&mut self.buyers).join_all().await
    }

    /// Names every event's last position and waits until every viewer shows it.
    pub(super) async fn viewers(self, last: &[Since]) -> Vec<Seen> {
        for (event, viewer) in &self.viewers {
            viewer.send_replace(Some(last[*event].clone()));
        }
        self.watching.join_all().await
    }
}
