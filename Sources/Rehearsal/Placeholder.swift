import Globus
