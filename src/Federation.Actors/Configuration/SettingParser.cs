using Federation.Hocon;

namespace Federation.Actors.Configuration;

/// <summary>Reads a value of one type; false when the node holds something else.</summary>
internal delegate bool SettingParser<T>(HoconNode node, out T value);
