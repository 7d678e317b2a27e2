using MLNet.DeepExt.Neural.Optimizers;

namespace MLNet.DeepExt.Neural.Training.Updates;

/// <summary>One update of one range of parameters.</summary>
/// <param name="Step">Its number and the step size of the range.</param>
/// <param name="AreWeights">Whether the range is of weights.</param>
/// <param name="Rows">Rows of the batch.</param>
/// <param name="Norm">The norm of the gradient of the slot, where it is needed.</param>
/// <param name="GlobalNorm">The norm of the whole gradient, where it is needed.</param>
internal readonly record struct RangeUpdate(UpdateStep Step, bool AreWeights, int Rows, double Norm, double GlobalNorm);
