namespace Federation.Actors.IntegrationTests.Chaos;

/// <summary>What is done to a node and its surroundings while messages flow.</summary>
internal enum Fault
{
    /// <summary>SIGKILL, and a new process on the same port.</summary>
    KillNode,

    /// <summary>SIGKILL, and a new process on the same port and files.</summary>
    KillNats,

    /// <summary>SIGSTOP for five seconds.</summary>
    FreezeNode,

    /// <summary>SIGSTOP for five seconds.</summary>
    FreezeNats,

    /// <summary>Nothing passes between node and NATS for a while.</summary>
    StallLink,

    /// <summary>Everything between node and NATS is late for a while.</summary>
    DelayLink,

    /// <summary>The connection between node and NATS ends in the middle of a message.</summary>
    CutLink,

    /// <summary>The connection between node and NATS is reset.</summary>
    ResetLink,

    /// <summary>The node's user may not publish to one sender's subject for a while.</summary>
    RevokePublish,

    /// <summary>The node's password is another one from now on: the server's first, then the file's.</summary>
    RotatePassword,

    /// <summary>The node's wall clock is set forward or back by up to a day.</summary>
    StepClock,

    /// <summary>The stream is deleted, once it has been read and takes no more; the node makes it again.</summary>
    DeleteStream,
}
