namespace MLNet.DeepExt.Neural.Schedules;

/// <summary>
/// The states of the <see cref="ReduceOnPlateau"/> schedules of one training, so that each reads every epoch once and not again in every step.
/// A schedule itself remembers nothing; without these it gives the same factors.
/// </summary>
internal sealed class PlateauStates
{
    private readonly Dictionary<(ReduceOnPlateau Schedule, int EpochsBefore), PlateauState> _states = [];

    /// <summary>The state after as many epochs as are known, and no more than there are; that of the beginning if there is none.</summary>
    /// <param name="schedule">Whose state.</param>
    /// <param name="epochsBefore">Epochs of the training that the schedule does not see, because it begins after them.</param>
    /// <param name="epochs">How many epochs it sees.</param>
    public PlateauState Of(ReduceOnPlateau schedule, int epochsBefore, int epochs) =>
        _states.TryGetValue((schedule, epochsBefore), out PlateauState state) && state.Epochs <= epochs ? state : PlateauState.Beginning;

    /// <summary>Keeps a state.</summary>
    public void Keep(ReduceOnPlateau schedule, int epochsBefore, in PlateauState state) => _states[(schedule, epochsBefore)] = state;
}
