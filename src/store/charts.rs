//! Charts: stored layouts, immutable once there.

use std::sync::Arc;

use deadpool_postgres::Object;
use tokio_postgres::Row;
use tokio_postgres::types::Json;

use super::Store;
use super::beside;
use super::error::StoreError;
use super::kept::{self, Begun, Once, OnceBy};
use super::pool::Session;
use super::rows;
use crate::domain::ids::{ChartId, EventId, Version};
use crate::domain::layout::{Layout, SeatIndexByNo};

/// A chart as it is kept in memory: its layout and the way from `seat_no` to `seat_index`.
#[derive(Debug)]
pub struct Chart {
    /// Its id.
    pub id: ChartId,
    /// What people call it.
    pub name: String,
    /// The layout.
    pub layout: Layout,
    /// Seats by their label.
    pub index: SeatIndexByNo,
}

/// A chart in a list.
#[derive(Clone, Debug)]
pub struct ChartSummary {
    /// Its id.
    pub id: ChartId,
    /// The name that stays the same on every server, e.g. `theatre-251`.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// How many seats it has.
    pub seats: u32,
}

/// Where a chart comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartOrigin {
    /// Shipped with the server.
    Builtin,
    /// Made for an event that was created with a number of seats alone; not listed.
    Generated,
    /// Brought by an organiser.
    Uploaded,
}

impl ChartOrigin {
    fn name(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::Generated => "generated",
            Self::Uploaded => "uploaded",
        }
    }
}

/// A chart that an organiser brings.
#[derive(Clone, Debug)]
pub struct Uploaded {
    /// The name that stays the same on every server.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The layout.
    pub layout: Layout,
}

const FIND: &str = "select id from charts where key = $1";

const PUT: &str = "
    insert into charts (key, name, origin, seats, layout) values ($1, $2, $3, $4, $5)
    on conflict (key) do nothing";

const CATEGORY_KEYS: &str = "
    select array(select category ->> 'key'
                 from json_array_elements(layout -> 'categories') with ordinality c (category, at)
                 order by at)
    from charts where id = $1";

impl Store {
    /// The id of the chart with this key, stored now if it wasn't. What is there is not changed.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn ensure_chart(
        &self,
        key: &str,
        name: &str,
        origin: ChartOrigin,
        layout: impl FnOnce() -> Layout,
    ) -> Result<ChartId, StoreError> {
        let client = self.pools.read().await?;
        if let Some(found) = client.asked(find(client.client(), key)).await? {
            return Ok(found);
        }
        drop(client);
        let layout = layout();
        let (new, layout) = ((key, name, origin), &layout);
        beside::run(&self.pools, beside::own_time(), |session| async move {
            let stored = put(session.client(), new, layout).await;
            session.settle(stored).await
        })
        .await
    }

    /// Takes in a chart that an organiser brings; the same chart twice is one chart. With a scope,
    /// at most once; `render` makes the answer to keep.
    ///
    /// # Errors
    /// When the database can't be asked; nothing was stored then, unless the commit's answer was
    /// lost.
    pub async fn bring_chart(
        &self,
        new: &Uploaded,
        once: OnceBy<'_>,
        render: impl Fn(&ChartId) -> serde_json::Value,
    ) -> Result<Once<ChartId>, StoreError> {
        kept::run(&self.pools, once, |session| bring(session, new, once, &render)).await
    }

    /// The chart that was in force at a version of an event. `None`: there is no such event.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn chart_at(
        &self,
        event: EventId,
        version: Version,
    ) -> Result<Option<ChartId>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached("select event_chart($1, $2)").await?;
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let row = client.query_one(&statement, &[&event.0, &version]).await?;
        Ok(row.get::<_, Option<i64>>(0).map(ChartId))
    }

    /// A chart with its layout.
    ///
    /// # Errors
    /// When the database can't be asked, or holds a layout that can't be read.
    pub async fn chart(&self, id: ChartId) -> Result<Option<Arc<Chart>>, StoreError> {
        let client = self.pools.read().await?;
        let statement =
            client.prepare_cached("select name, layout from charts where id = $1").await?;
        let Some(row) = client.query_opt(&statement, &[&id.0]).await? else { return Ok(None) };
        // Read as it comes, with no tree of JSON values of a stadium's seats on the way.
        let Json(layout): Json<Layout> = row
            .try_get(1)
            .map_err(|error| StoreError::Corrupt(format!("the layout of chart {id}: {error}")))?;
        let index = layout.index();
        Ok(Some(Arc::new(Chart { id, name: row.get(0), layout, index })))
    }

    /// The keys of a chart's categories in their order, which prices are told by: for who needs
    /// nothing else of a chart. `None`: there is none.
    ///
    /// # Errors
    /// When the database can't be asked, or holds a layout whose categories can't be read.
    pub async fn category_keys(&self, id: ChartId) -> Result<Option<Vec<String>>, StoreError> {
        let client = self.pools.read().await?;
        let statement = client.prepare_cached(CATEGORY_KEYS).await?;
        let Some(row) = client.query_opt(&statement, &[&id.0]).await? else { return Ok(None) };
        let keys = row.try_get(0);
        keys.map(Some)
            .map_err(|error| StoreError::Corrupt(format!("the categories of chart {id}: {error}")))
    }

    /// The listed charts by id, and how many there are.
    ///
    /// # Errors
    /// When the database can't be asked.
    pub async fn charts(
        &self,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<ChartSummary>, i64), StoreError> {
        let client = self.pools.read().await?;
        let sql = "select id, key, name, seats from charts where origin <> 'generated'
                   order by id limit $1 offset $2";
        let found = client.query(sql, &[&limit, &offset]).await?;
        let count = "select count(*) from charts where origin <> 'generated'";
        let total = client.query_one(count, &[]).await?.get(0);
        let read = |row: &Row| {
            let seats = rows::unsigned(row.get::<_, i32>(3))?;
            Ok(ChartSummary { id: ChartId(row.get(0)), key: row.get(1), name: row.get(2), seats })
        };
        Ok((found.iter().map(read).collect::<Result<_, StoreError>>()?, total))
    }
}

async fn bring(
    session: Session,
    new: &Uploaded,
    once: OnceBy<'_>,
    render: &impl Fn(&ChartId) -> serde_json::Value,
) -> Result<Once<ChartId>, StoreError> {
    let session = match kept::begin(session, once).await? {
        Begun::First(session) => session,
        Begun::Before(earlier) => return Ok(earlier),
    };
    let client = session.client();
    let id = match find(client, &new.key).await? {
        Some(found) => found,
        None => put(client, (&new.key, &new.name, ChartOrigin::Uploaded), &new.layout).await?,
    };
    kept::finish(session, once.0, || render(&id)).await?;
    Ok(Once::Done(id))
}

async fn find(client: &Object, key: &str) -> Result<Option<ChartId>, StoreError> {
    let statement = client.prepare_cached(FIND).await?;
    Ok(client.query_opt(&statement, &[&key]).await?.map(|row| ChartId(row.get(0))))
}

/// Stores a chart, unless somebody else does so at the moment.
async fn put(
    client: &Object,
    (key, name, origin): (&str, &str, ChartOrigin),
    layout: &Layout,
) -> Result<ChartId, StoreError> {
    let seats = i32::try_from(layout.seats()).unwrap_or(i32::MAX);
    client.execute(PUT, &[&key, &name, &origin.name(), &seats, &Json(layout)]).await?;
    let gone = || StoreError::Corrupt(format!("chart {key} is gone as soon as it is there"));
    find(client, key).await?.ok_or_else(gone)
}
