namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>A part of a <see cref="Phases"/>.</summary>
/// <param name="Schedule">What the rate follows in it. It sees the part as the whole training.</param>
/// <param name="Epochs">How long it lasts, at least 1. The last part may leave it null: it lasts as long as the training.</param>
public sealed record Phase(Schedule Schedule, int? Epochs = null);
