"""polyfactory over pydantic models with the keys of the event: SCHEMA COUNT."""

from datetime import datetime
from typing import Literal

from clock import run
from polyfactory.factories.pydantic_factory import ModelFactory
from pydantic import BaseModel


class User(BaseModel):
    """`user`."""

    auth_id: str
    device_platform: int
    device_platform_name: str | None
    user_name: str | None
    user_id: int | str
    phone_model: str | None
    os_version: str | None
    package_name: str | None


class Agent(BaseModel):
    """`agent`."""

    id: int
    name: str
    username: str | None
    profile_image: str | None
    email: str | None
    is_automated: bool


class Categories(BaseModel):
    """`data.closing_categories`."""

    reason: str
    subReason: str  # noqa: N815 (the sender's own name)
    comment: str


class Data(BaseModel):
    """`data`."""

    collection_id: int | str
    conversation_no: int | str
    conversation_identifier: str
    chat_link: str
    complete_chat_link: str
    closing_categories: Categories | None


class Event(BaseModel):
    """The whole event."""

    version: Literal["1.0"]
    timestamp: datetime
    business_id: int
    business_name: str
    event_name: Literal["webhook_agent_chat_close"]
    user: User
    agent: Agent
    data: Data


class EventFactory(ModelFactory[Event]):
    """Makes events."""

    __model__ = Event
    __random_seed__ = 1


run(lambda: EventFactory.build().model_dump(mode="json"))
