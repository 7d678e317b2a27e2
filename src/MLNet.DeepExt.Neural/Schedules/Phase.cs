namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>A part of a <see cref="Phases"/>.</summary>
/// <param name="Schedule">The schedule of the part, for which the part is the whole training.</param>
/// <param name="Epochs">The length in epochs, at least 1. Null is allowed for the last part, which then lasts until the training ends.</param>
public sealed record Phase(Schedule Schedule, int? Epochs = null);
