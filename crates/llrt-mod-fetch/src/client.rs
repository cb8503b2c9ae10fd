use llrt_http::{Client, Config};
use rquickjs::{Ctx, JsLifetime};

#[derive(JsLifetime)]
struct Shared {
    client: Client,
}

/// The client of this context, made when it is first asked for: one pool of connections for all that is built on it.
pub(crate) fn client(ctx: &Ctx<'_>) -> Client {
    if let Some(shared) = ctx.userdata::<Shared>() {
        return shared.client.clone();
    }
    let client = Client::new(Config::from_env());
    let _ = ctx.store_userdata(Shared { client: client.clone() });
    client
}
