//! Any requests in any order: no panic, no step back, no stable member without an answer, no commit of who is fenced.

use proptest::prelude::*;

use super::*;

/// One thing that happens, with small numbers that pick among what is there.
#[derive(Clone, Debug)]
enum Event {
    Join {
        client: u16,
        id: u8,
        instance: u8,
        protocols: u8,
        session: u8,
        known: bool,
    },
    Sync {
        client: u16,
        id: u8,
        instance: u8,
        generation: i8,
        assigned: u8,
    },
    Beat {
        client: u16,
        id: u8,
        instance: u8,
        generation: i8,
    },
    Leave {
        client: u16,
        id: u8,
        instance: u8,
    },
    Commit {
        client: u16,
        id: u8,
        instance: u8,
        generation: i8,
        offset: u32,
    },
    /// So many clients do as real ones do until the group is stable.
    Settle(u16),
    Wait(u16),
    /// A timer that nobody set.
    Stray(u8, u32),
    MaxSize(u8),
    Restart,
}

fn event() -> impl Strategy<Value = Event> {
    let who = || (0..4u16, any::<u8>(), any::<u8>());
    prop_oneof![
        6 => (who(), any::<u8>(), any::<u8>(), any::<bool>()).prop_map(|((client, id, instance), protocols, session, known)| {
            Event::Join { client, id, instance, protocols, session, known }
        }),
        4 => (who(), -2..2i8, any::<u8>()).prop_map(|((client, id, instance), generation, assigned)| {
            Event::Sync { client, id, instance, generation, assigned }
        }),
        2 => (who(), -2..2i8).prop_map(|((client, id, instance), generation)| Event::Beat { client, id, instance, generation }),
        1 => who().prop_map(|(client, id, instance)| Event::Leave { client, id, instance }),
        1 => (who(), -2..2i8, any::<u32>()).prop_map(|((client, id, instance), generation, offset)| {
            Event::Commit { client, id, instance, generation, offset }
        }),
        3 => (1..4u16).prop_map(Event::Settle),
        3 => (0..8_000u16).prop_map(Event::Wait),
        1 => (0..5u8, 0..8u32).prop_map(|(kind, number)| Event::Stray(kind, number)),
        1 => (0..6u8).prop_map(Event::MaxSize),
        1 => Just(Event::Restart),
    ]
}

impl Rig {
    /// An id that is in use, pending or made up, or none. Mostly it is what the client would say.
    fn pick_id(&self, client: u16, pick: u8) -> MemberId {
        let Some(view) = self.coordinator.group(GROUP) else { return Arc::from(if pick < 200 { "" } else { "made-up" }) };
        let own = view.members.iter().find(|member| member.actor == actor(client)).map(|member| member.id.clone());
        let mut all: Vec<MemberId> = view.members.iter().map(|member| member.id.clone()).collect();
        all.extend(view.pending);
        all.extend([Arc::from(""), Arc::from("made-up")]);
        let any = all[usize::from(pick) % all.len()].clone();
        if pick.is_multiple_of(4) { any } else { own.unwrap_or(any) }
    }

    fn pick_who(&self, client: u16, id: u8, instance: u8, off: i8) -> Identity {
        let member = self.pick_id(client, id);
        let view = self.coordinator.group(GROUP);
        let found = view.iter().flat_map(|view| &view.members).find(|other| other.id == member);
        let instance = match instance % 4 {
            0 => pick_instance(instance / 4),
            _ => found.and_then(|member| member.instance.clone()),
        };
        let current = view.as_ref().map_or(0, |view| view.generation.cast_signed());
        // Mostly the current generation, else one beside it.
        let generation = if off == 1 { -1 } else { current + i32::from(off.min(0)) / 2 };
        Identity { group: GROUP, member, instance, generation }
    }

    fn happen(&mut self, event: &Event) {
        match *event {
            Event::Join { client, id, instance, protocols, session, known } => {
                let who = self.pick_who(client, id, instance, 0);
                let lists: [&[&str]; 4] = [&["range"], &["range", "sticky"], &["sticky", "range"], &[]];
                let topics: Arc<[u8]> = if protocols.is_multiple_of(4) { Arc::from(*b"u") } else { Arc::from(*b"t") };
                let listed = lists[if protocols < 240 { usize::from(protocols / 80) } else { 3 }].iter();
                let request = Join {
                    member: who.member,
                    instance: if instance.is_multiple_of(3) { pick_instance(instance / 3) } else { who.instance },
                    session_timeout: Span::secs(u64::from(session % 25) + 5),
                    rebalance_timeout: Span::secs(u64::from(session / 8)),
                    protocols: listed.map(|name| (Arc::from(*name), topics.clone())).collect(),
                    known_member_id: known,
                    skip_assignment: known,
                    ..join("", "range")
                };
                self.send(client, Request::from(request));
            }
            Event::Sync { client, id, instance, generation, assigned } => {
                let who = self.pick_who(client, id, instance, generation);
                let members = self.coordinator.group(GROUP).map(|view| view.members).unwrap_or_default();
                let ids = members.iter().take(usize::from(assigned % 5)).map(|member| member.id.clone());
                let assignments: Arc<[(MemberId, Arc<[u8]>)]> = ids.map(|id| (id, Arc::from(*b"x"))).collect();
                let was = self.coordinator.group(GROUP).map(|view| view.state);
                self.send(client, Request::Sync { who, assignments: assignments.clone() });
                if was == Some(GroupState::CompletingRebalance) && self.view().state == GroupState::Stable {
                    for member in self.view().members {
                        let given = assignments.iter().any(|(id, _)| *id == member.id);
                        assert_eq!(&*member.assignment, if given { &b"x"[..] } else { b"" }, "{}", member.id);
                    }
                }
            }
            Event::Beat { client, id, instance, generation } => {
                self.send(client, Request::Heartbeat(self.pick_who(client, id, instance, generation)));
            }
            Event::Leave { client, id, instance } => {
                self.send(client, Request::Leave(self.pick_who(client, id, instance, 0)));
            }
            Event::Commit { client, id, instance, generation, offset } => {
                self.commit(client, self.pick_who(client, id, instance, generation), offset);
            }
            Event::Settle(clients) => self.settle(clients),
            Event::Wait(ms) => self.run_until(self.now + Span::ms(u64::from(ms))),
            Event::Stray(kind, number) => self.handle(GroupInput::Timer(match kind {
                0 => GroupTimer::Join(GROUP),
                1 => GroupTimer::Sync(GROUP),
                2 => GroupTimer::Session(GROUP, number),
                3 => GroupTimer::Pending(GROUP, number),
                _ => GroupTimer::NewMember(GROUP, number),
            })),
            Event::MaxSize(max) => {
                let max_size = if max == 0 { u32::MAX } else { u32::from(max) };
                self.coordinator.set_config(GroupConfig { max_size, ..GroupConfig::default() });
            }
            Event::Restart => self.restart(),
        }
    }
}

impl Rig {
    /// A commit lands only from a member in the current generation, outside of the sync phase, or from nobody's client into an
    /// empty group (semantics 4.10).
    fn commit(&mut self, client: u16, who: Identity, offset: u32) {
        let view = self.coordinator.group(GROUP);
        let is_current = view.as_ref().is_some_and(|view| {
            let member = view.members.iter().find(|member| member.id == who.member);
            let is_itself = member.is_some_and(|member| who.instance.is_none() || member.instance == who.instance);
            let is_now = i64::from(view.generation) == i64::from(who.generation);
            is_itself && is_now && view.state != GroupState::CompletingRebalance
        });
        let is_nobody_s = who.generation < 0 && view.as_ref().is_none_or(|view| view.state == GroupState::Empty);
        let said = format!("{who:?} in {view:?}");
        let sent = self.send(client, Request::OffsetCommit { who, offsets: Arc::from([(TopicId(0), 0, offset)]) });
        let landed = matches!(self.answers.get(&sent), Some(Response::OffsetCommit(ErrorCode::None)));
        assert_eq!(landed, is_current || is_nobody_s, "{said}");
        assert!(!landed || self.coordinator.committed(GROUP, TopicId(0), 0) == Some(offset));
    }

    /// Clients join, one in two as a static member, and the leader assigns; silent members time out.
    fn settle(&mut self, clients: u16) {
        for client in 0..clients {
            let instance = (client % 2 == 1).then(|| Arc::from(format!("i-{}", client % 3)));
            let mut id = Arc::from("");
            for _round_trip in 0..2 {
                let sent = self.send(client, Request::from(Join { instance: instance.clone(), ..join(&id, "range") }));
                match self.answers.get(&sent) {
                    Some(Response::Join(joined)) if joined.error == ErrorCode::MemberIdRequired => id = joined.member.clone(),
                    _ => break,
                }
            }
        }
        self.run_until(self.now + Span::secs(11));
        let Some(leader) = self.coordinator.group(GROUP).and_then(|view| view.leader) else { return };
        let instance = self.view().members.into_iter().find(|member| member.id == leader).and_then(|member| member.instance);
        let who = Identity { instance, ..self.who(&leader) };
        self.send(0, Request::Sync { who, assignments: Arc::from([(leader, Arc::from(*b"all"))]) });
    }
}

fn pick_instance(pick: u8) -> Option<Arc<str>> {
    [None, Some("i-0"), Some("i-1"), Some("i-2")][usize::from(pick % 4)].map(Arc::from)
}

/// What holds at every moment.
fn check(rig: &Rig) {
    let Some(group) = rig.coordinator.groups.get(&GROUP) else { return };
    let view = rig.view();
    let ids: Vec<&MemberId> = view.members.iter().map(|member| &member.id).collect();
    assert_eq!(view.leader.is_some(), !ids.is_empty(), "someone leads, unless nobody is there");
    assert!(view.leader.iter().all(|leader| ids.contains(&leader)), "the leader is a member");
    assert!(view.pending.iter().all(|pending| !ids.contains(&pending)), "a pending id is no member's");
    assert!(group.statics.values().all(|id| ids.contains(&id)), "an instance id belongs to a member");
    for member in group.members.values() {
        let excused = member.is_excused();
        let timer = member.timer.is_some_and(|timer| rig.timers.contains_key(&timer));
        assert!(timer || excused || group.state == GroupState::Empty, "{} can stay for ever", member.id);
    }
    match view.state {
        GroupState::Empty => assert!(ids.is_empty()),
        // The phase is limited; without members there is nobody to wait for, and the timer is on its way.
        GroupState::PreparingRebalance => assert!(rig.timers.contains_key(&GroupTimer::Join(GROUP))),
        GroupState::CompletingRebalance => assert!(view.protocol.is_some() && !ids.is_empty()),
        GroupState::Stable => {
            assert!(view.protocol.is_some() && !ids.is_empty());
            let parked = view.members.iter().any(|member| member.parked_in_join || member.parked_in_sync);
            assert!(!parked, "every member of a stable group has its answer");
        }
        GroupState::Dead => panic!("a group is never dead"),
        GroupState::Assigning | GroupState::Reconciling => panic!("that is the other protocol"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_requests_in_any_order_leave_a_group_in_order_and_no_fenced_member_s_commit_lands(events in prop::collection::vec(event(), 1..120)) {
        let mut rig = Rig::new();
        let mut generation = 0;
        for event in &events {
            rig.happen(event);
            check(&rig);
            let now = rig.coordinator.group(GROUP).map_or(0, |view| view.generation);
            // Only a restart may go back, to what was last written.
            prop_assert!(now >= generation || matches!(event, Event::Restart), "{generation} became {now} by {event:?}");
            generation = now;
        }
    }

    #[test]
    fn the_same_requests_make_the_same_facts(events in prop::collection::vec(event(), 1..60)) {
        let run = || {
            let mut rig = Rig::new();
            events.iter().for_each(|event| rig.happen(event));
            (rig.out.facts, rig.answers)
        };
        prop_assert_eq!(run(), run());
    }
}
