"""Everything the ledger can be asked: its tables, and the questions that are answered from them."""

from __future__ import annotations

from typing import Any

from services.ledger.views import (
    coverage,
    findings,
    handovers,
    inspections,
    letters,
    mails,
    organisation,
    overdue,
    people,
    plans,
    portals,
    posts,
    projects,
    signable,
    signatures,
    tasks,
    terms,
    trails,
)
from shared.service import Question
from shared.views import View
from shared.views.paging import Page
from shared.views.trails import Trail

VIEWS: tuple[View[Any], ...] = (
    plans.PLANS,
    projects.PROJECTS,
    tasks.TASKS,
    overdue.OVERDUE,
    handovers.HANDOVERS,
    letters.LETTERS,
    signatures.SIGNATURES,
    inspections.INSPECTIONS,
    findings.FINDINGS,
    people.PEOPLE,
    mails.PERSON_MAILS,
    mails.UNIT_MAILS,
)

QUESTIONS: tuple[Question, ...] = (
    Question("me", organisation.WhoAmI, organisation.who_am_i, organisation.Asker),
    Question("units", organisation.ListUnits, organisation.list_units, Page[organisation.Unit], scope="public:read"),
    Question("units/{unit}", organisation.GetUnit, organisation.get_unit, organisation.Unit, scope="public:read"),
    Question("units/{unit}/tenures", organisation.ListTenures, organisation.list_tenures, organisation.Tenures),
    Question("units/{unit}/leader", organisation.GetLeader, organisation.get_leader, organisation.Leader),
    Question("posts", posts.ListPosts, posts.list_posts, Page[posts.FilledPost]),
    Question("calendar/{year}", posts.GetCalendar, posts.get_calendar, posts.Calendar, scope="public:read"),
    Question("terms", terms.ListTerms, terms.list_terms, terms.Terms, scope="public:read"),
    Question("portals", portals.ListPortals, portals.list_portals, portals.Portals, portals.READERS),
    Question("plans", plans.ListPlans, plans.list_plans, Page[plans.Plan]),
    Question("plans/{plan}", plans.GetPlan, plans.get_plan, plans.Plan),
    Question("plans/{plan}/coverage", coverage.GetCoverage, coverage.get_coverage, coverage.Coverage),
    Question("plans/{plan}/project-counts", projects.CountProjects, projects.count_projects, projects.ProjectCounts),
    Question("plans/{plan}/signable", signable.GetSignablePlan, signable.get_signable_plan, signable.Signable),
    Question("plans/{plan}/trail", trails.GetPlanTrail, trails.get_plan_trail, Trail, trails.TRAIL_READERS),
    Question("projects", projects.ListProjects, projects.list_projects, Page[projects.Project]),
    Question("projects/{project}", projects.GetProject, projects.get_project, projects.Project),
    Question("tasks", tasks.ListTasks, tasks.list_tasks, Page[tasks.Task]),
    Question("tasks/{task}", tasks.GetTask, tasks.get_task, tasks.Task),
    Question("tasks/{task}/signable", signable.GetSignableTask, signable.get_signable_task, signable.Signable),
    Question("tasks/{task}/trail", trails.GetTaskTrail, trails.get_task_trail, Trail, trails.TRAIL_READERS),
    Question("handovers", handovers.ListHandovers, handovers.list_handovers, Page[handovers.Handover]),
    Question(
        "overdue/left-undone",
        overdue.ListOverdueLeftUndone,
        overdue.list_overdue_left_undone,
        Page[overdue.OverdueLeftUndone],
        ("coordinator", "administrator"),
    ),
    Question("letters", letters.ListLetters, letters.list_letters, Page[letters.Letter]),
    Question("letters/{letter}", letters.GetLetter, letters.get_letter, letters.Letter),
    Question("letters/{letter}/signable", signable.GetSignableLetter, signable.get_signable_letter, signable.Signable),
    Question("signatures", signatures.ListSignatures, signatures.list_signatures, Page[signatures.Signature]),
    Question("inspections", inspections.ListInspections, inspections.list_inspections, Page[inspections.Inspection]),
    Question("inspections/{inspection}", inspections.GetInspection, inspections.get_inspection, inspections.Inspection),
    Question("findings", findings.ListFindings, findings.list_findings, Page[findings.Finding]),
    Question("findings/{finding}", findings.GetFinding, findings.get_finding, findings.Finding),
    Question("findings/{finding}/trail", trails.GetFindingTrail, trails.get_finding_trail, Trail, trails.TRAIL_READERS),
)
