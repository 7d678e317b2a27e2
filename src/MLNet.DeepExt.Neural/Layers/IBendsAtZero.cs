namespace MLNet.DeepExt.Neural.Layers;

/// <summary>
/// A layer whose function bends where an input is 0, so that it has two slopes there. The sign of an output, -0 included, says on which
/// side its input is.
/// </summary>
internal interface IBendsAtZero;
